"""Fargate sizes and names: arithmetic that no single golden case would show to be right."""

from __future__ import annotations

import botocore.session
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.facts.fargate import fargate_sizes
from modelyard.targets.ecs.capacity import TaskSize, cpu_units, smallest_fargate_size
from modelyard.targets.ecs.names import ROLE_LIMIT, region_code

SIZES = [TaskSize(cpu, memory) for cpu, memories in fargate_sizes().items() for memory in memories]


def test_the_sizes_are_those_that_are_sold() -> None:
    assert len(SIZES) == 77
    assert (SIZES[0], SIZES[-1]) == (TaskSize(256, 512), TaskSize(32768, 249856))


@settings(max_examples=200)
@given(st.integers(1, 40000), st.integers(1, 300000))
def test_the_first_size_that_holds_it_is_chosen(cpu: int, memory: int) -> None:
    holding = [size for size in SIZES if size.cpu >= cpu and size.memory >= memory]
    expected = min(holding, key=lambda size: (size.cpu, size.memory), default=None)
    assert smallest_fargate_size(TaskSize(cpu, memory)) == expected


def test_cpu_is_rounded_up() -> None:
    assert [cpu_units(value) for value in (1, 250, 500, 501, 1000)] == [2, 256, 512, 514, 1024]


def test_no_two_regions_share_a_code_and_the_longest_role_fits() -> None:
    session = botocore.session.get_session()
    regions = [
        region
        for part in ("aws", "aws-cn", "aws-us-gov")
        for region in session.get_available_regions("ecs", part)
    ]
    codes = {region_code(region) for region in regions}
    assert len(regions) > 30
    assert len(codes) == len(regions)
    longest_name = 16 + 1 + 32  # environment, dash, model
    assert longest_name + 1 + max(map(len, codes)) + len("-schedule") <= ROLE_LIMIT
