"""The OpenTelemetry preset: AWS's collector, which sends traces to X-Ray and metrics to CloudWatch.

The image takes its whole configuration from AOT_CONFIG_CONTENT. Its applications reach it on the pod's
own address only; the health check listens for the kubelet, which asks from outside the pod. See
https://aws-otel.github.io/docs/getting-started/collector and, for the exporter's options,
https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/awsemfexporter.
"""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.resolve.workload import PolicyStatement, ResolvedSidecar, Workload

GRPC_PORT, HTTP_PORT, HEALTH_PORT = 4317, 4318, 13133
CONFIG_VARIABLE = "AOT_CONFIG_CONTENT"
_TRACES = (
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
_METRICS = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:PutRetentionPolicy",
)


def configured_here(sidecar: ResolvedSidecar) -> bool:
    """Whether the preset's configuration applies: a command or arguments of the manifest's own replace it."""
    return sidecar.preset == "otel" and not sidecar.spec.command and not sidecar.spec.args


def log_group(workload: Workload) -> str:
    """Where the collector puts metrics, as log lines in the embedded metric format."""
    return f"/modelyard/kubernetes/{workload.place.environment}/{workload.model}"


def statements(workload: Workload) -> tuple[PolicyStatement, ...]:
    """What the collector needs; X-Ray's actions have no resources to name."""
    group = workload.place.arn("logs", f"log-group:{log_group(workload)}")
    return (
        PolicyStatement("SendTraces", _TRACES, ("*",)),
        PolicyStatement("SendMetrics", _METRICS, (group, f"{group}:*")),
    )


def configuration(workload: Workload) -> str:
    """The collector's configuration, as YAML."""
    from modelyard.emit import to_yaml

    return to_yaml([_configuration(workload)])


def _configuration(workload: Workload) -> Plain:
    region = workload.place.region
    metrics = {
        "namespace": f"modelyard/{workload.place.environment}/{workload.model}",
        "region": region,
        "log_group_name": log_group(workload),
        "log_retention": workload.place.log_retention_days,
    }
    return {
        "extensions": {"health_check": {"endpoint": f"0.0.0.0:{HEALTH_PORT}"}},
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": f"127.0.0.1:{GRPC_PORT}"},
                    "http": {"endpoint": f"127.0.0.1:{HTTP_PORT}"},
                }
            }
        },
        "processors": {"batch": {}},
        "exporters": {"awsxray": {"region": region}, "awsemf": metrics},
        "service": {
            "extensions": ["health_check"],
            "pipelines": {
                "traces": {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["awsxray"]},
                "metrics": {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["awsemf"]},
            },
        },
    }


def variables(workload: Workload) -> dict[str, str]:
    """What tells the model's OpenTelemetry SDK where the collector is."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://localhost:{HTTP_PORT}",
        "OTEL_SERVICE_NAME": workload.model,
    }
