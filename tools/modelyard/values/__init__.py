"""Parsed values: quantities, durations, image references, ARNs, paths, schedules.

Each is a frozen type with ``parse`` (raising MalformedError), ``str`` (canonical spelling) and a
``schema`` fragment for editors.
"""

from modelyard.values.aws import Arn, S3Uri
from modelyard.values.cron import Cron
from modelyard.values.duration import Duration
from modelyard.values.image import ImageReference
from modelyard.values.malformed import MalformedError
from modelyard.values.path import ContainerPath, RelativePath
from modelyard.values.quantity import Cpu, Memory

__all__ = [
    "Arn",
    "ContainerPath",
    "Cpu",
    "Cron",
    "Duration",
    "ImageReference",
    "MalformedError",
    "Memory",
    "RelativePath",
    "S3Uri",
]
