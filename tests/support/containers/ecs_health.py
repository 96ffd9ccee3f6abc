"""What ECS makes of the results of a container's health check."""

from __future__ import annotations

from typing import Literal

from tests.support.containers.ecs_task import HealthCheck

Status = Literal["UNKNOWN", "HEALTHY", "UNHEALTHY"]


class Health:
    """UNKNOWN until a check says something; one success is enough, ``retries`` failures in a row too many.

    Failures during the start period do not count, unless the container has been healthy before.
    """

    def __init__(self, check: HealthCheck) -> None:
        self.check = check
        self.status: Status = "UNKNOWN"
        self.failures = 0

    def observe(self, succeeded: bool, age: float) -> Status:
        """Takes one result in; ``age`` is how many seconds ago the container was started."""
        if succeeded:
            self.status, self.failures = "HEALTHY", 0
        elif self.status != "UNKNOWN" or age >= self.check.start_period:
            self.failures += 1
            if self.failures >= self.check.retries:
                self.status = "UNHEALTHY"
        return self.status
