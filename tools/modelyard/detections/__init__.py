"""What the gate reports: detections, each with its rule, tool, place, resource and fingerprint."""

from modelyard.detections.detection import Detection, Level, RuleInfo

__all__ = ["Detection", "Level", "RuleInfo"]
