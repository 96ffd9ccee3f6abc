"""Prometheus metrics. Labels come from fixed sets and from names of loaded models, never from what a caller
sends.

Counting is a list and a dictionary of our own, since every request does it; what Prometheus reads is written
by its own client library. All of it happens on the event loop's thread.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import HistogramMetricFamily, Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_NAMES = (*(f"{bound:g}" for bound in _BOUNDS), "+Inf")


class Times:
    """A histogram of seconds."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * len(_NAMES)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(_BOUNDS, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Upper bounds with how many were at most that long."""
        running, result = 0, []
        for name, count in zip(_NAMES, self.counts, strict=True):
            running += count
            result.append((name, float(running)))
        return result


class Metrics:
    """What the server counts."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, int], int] = {}
        self._refusals: dict[int, int] = {}
        self._routes: dict[str, Times] = {}
        self._models: dict[str, Times] = {}
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self.loads = {"loaded": 0, "failed": 0}
        self.evictions = 0
        self._registry: CollectorRegistry | None = None

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        key = (route, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        times = self._routes.get(route)
        if times is None:
            times = self._routes[route] = Times()
        times.add(seconds)

    def refusal(self, status: int) -> None:
        """Count one connection that was ended before a request could be answered."""
        self._refusals[status] = self._refusals.get(status, 0) + 1

    def handled(self, model: str, seconds: float) -> None:
        """Note the time that a model's own code took."""
        times = self._models.get(model)
        if times is None:
            times = self._models[model] = Times()
        times.add(seconds)

    def forget(self, model: str) -> None:
        """Drop the series of an unloaded model: thousands may come and go."""
        self._models.pop(model, None)

    def gauge(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Ask `value` whenever the metrics are read."""
        self._gauges[name] = (meaning, value)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        # Imported at the first scrape: it brings a web server of its own, a fifth of our start-up time.
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.process_collector import ProcessCollector

        if self._registry is None:
            self._registry = CollectorRegistry()
            self._registry.register(self)
            ProcessCollector(registry=self._registry)
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """For the client library: every family as it is now."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        requests = CounterMetricFamily(
            "modelyard_requests", "Requests answered, by route and status.", labels=["route", "status"]
        )
        for (route, status), count in sorted(self._requests.items()):
            requests.add_metric([route, str(status)], count)
        yield requests
        refusals = CounterMetricFamily(
            "modelyard_connections_refused", "Connections ended for what came on them.", labels=["status"]
        )
        for status, count in sorted(self._refusals.items()):
            refusals.add_metric([str(status)], count)
        yield refusals
        yield _histogram("modelyard_request_seconds", "From headers to answer.", "route", self._routes)
        yield _histogram("modelyard_handler_seconds", "In the model's own code.", "model", self._models)
        loads = CounterMetricFamily("modelyard_model_loads", "Models loaded, by result.", labels=["result"])
        for result, count in self.loads.items():
            loads.add_metric([result], count)
        yield loads
        yield CounterMetricFamily(
            "modelyard_model_evictions", "Models unloaded to make room.", value=self.evictions
        )
        for name, (meaning, value) in sorted(self._gauges.items()):
            yield GaugeMetricFamily(name, meaning, value=value())


def _histogram(name: str, meaning: str, label: str, series: dict[str, Times]) -> HistogramMetricFamily:
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(name, meaning, labels=[label])
    for key, times in sorted(series.items()):
        family.add_metric([key], times.buckets(), sum_value=times.total)
    return family
