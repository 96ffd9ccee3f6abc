"""Work that runs to its end: always a CronJob.

A job that has no schedule is a suspended CronJob. A Job object would run as soon as it is applied, and
again whenever a change of it makes the GitOps engine replace it; this one runs when somebody says
``kubectl create job --from=cronjob/NAME RUN``.
"""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.spec.manifest import Job
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.labels import document, labels
from modelyard.targets.kubernetes.pod import pod_template

# Between two tries Kubernetes waits twice as long each time, up to six minutes.
_BACKOFF = 360
# Before a pod counts its own time it must find a node.
_SCHEDULING = 900
_KEEP_FINISHED = 24 * 3600
# A run that cannot begin within this time, because the control plane was away, is left out.
_MAX_DELAY = 3600
# Never reached while suspended; the field is required.
_UNUSED_SCHEDULE = "0 0 1 1 *"


def cron_job(context: Context) -> Plain:
    """The CronJob."""
    job = context.workload.job
    assert job is not None
    spec: dict[str, Plain] = {"schedule": _UNUSED_SCHEDULE, "suspend": True}
    annotations = {"modelyard.dev/description": context.workload.description}
    if job.schedule is not None:
        spec = {"schedule": str(job.schedule.cron), "timeZone": job.schedule.timezone, "suspend": False}
    else:
        start = (
            f"kubectl create job -n {context.namespace} --from=cronjob/{context.name} {context.name}-manual"
        )
        annotations["modelyard.dev/start-with"] = start
    spec["concurrencyPolicy"] = "Forbid"
    spec["startingDeadlineSeconds"] = _MAX_DELAY
    spec["successfulJobsHistoryLimit"] = 3
    spec["failedJobsHistoryLimit"] = 3
    spec["jobTemplate"] = {"metadata": {"labels": labels(context)}, "spec": _job_spec(context, job)}
    return document(context, "batch/v1", "CronJob", spec, annotations=annotations)


def _job_spec(context: Context, job: Job) -> dict[str, Plain]:
    """One copy or several, each with its own retries; a pod whose node goes away does not count as a try."""
    spec: dict[str, Plain] = {}
    if job.parallelism > 1:
        # Indexed: each copy finds its number in JOB_COMPLETION_INDEX, and retries are counted for each.
        spec = {"completionMode": "Indexed", "completions": job.parallelism, "parallelism": job.parallelism}
        spec["backoffLimitPerIndex"] = job.retries
    else:
        spec["backoffLimit"] = job.retries
    spec["activeDeadlineSeconds"] = (job.retries + 1) * (job.timeout.seconds + _BACKOFF) + _SCHEDULING
    spec["ttlSecondsAfterFinished"] = _KEEP_FINISHED
    spec["podReplacementPolicy"] = "Failed"
    spec["podFailurePolicy"] = {
        "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
    }
    spec["template"] = pod_template(context)
    return spec
