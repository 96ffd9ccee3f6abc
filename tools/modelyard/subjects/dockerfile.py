"""Dockerfiles: their instructions, the images they start from, and the image that they make."""

from __future__ import annotations

import re
from collections import ChainMap

from modelyard.subjects.dockerfile_lines import Line, Parsed, keywords, parse
from modelyard.subjects.dockerfile_stage import Stage, words_of
from modelyard.subjects.dockerfile_words import expand, pairs, split_words, unquote
from modelyard.subjects.facts import Container, Dockerfile, EnvVar, ImageUse, Instruction, Said, Workload
from modelyard.subjects.gathering import Gathering

most_stages = 100  # each begins with a copy of what the one below it knows
from_mount = re.compile(r"(?:^|,)from=([^,]*)")


def gather(gathering: Gathering) -> None:
    """The instructions, the bases, the variables, and the container that the last stage makes."""
    text = gathering.document.data
    if not isinstance(text, str):
        gathering.wrong((), "", "a Dockerfile", "text", text)
        return
    parsed = parse(text)
    for line, problem in parsed.problems:
        gathering.malformed((line,), "", problem)
    reader = Reader(gathering, parsed)
    for one in parsed.lines:
        if one.keyword == "FROM" and len(reader.stages) == most_stages:
            message = f"this Dockerfile has more than {most_stages} stages; the rest is not read"
            gathering.malformed((one.line,), "", message)
            break
        reader.take(one)
    if not reader.stages:
        gathering.malformed((1,), "", "a Dockerfile has to have a FROM")
    gathering.add(
        Dockerfile(
            document=gathering.document,
            path=(),
            resource="",
            instructions=tuple(reader.instructions),
            stages=tuple(stage.name for stage in reader.stages),
        )
    )
    if reader.stages:
        add_image(gathering, reader.stages[-1])


class Reader:
    """Takes one instruction after the other."""

    def __init__(self, gathering: Gathering, parsed: Parsed) -> None:
        self.gathering = gathering
        self.escape = parsed.escape
        self.arguments: dict[str, str | None] = {}  # of ARG before the first FROM
        self.stages: list[Stage] = []
        self.named: dict[str, Stage] = {}
        self.instructions: list[Instruction] = []

    def take(self, line: Line) -> None:
        """Adds one instruction, and what it says."""
        values = self.stages[-1].values if self.stages and line.keyword != "FROM" else self.arguments
        resolved, _ = expand(line.arguments, values, self.escape)
        stage = len(self.stages) - (line.keyword != "FROM")
        flags: dict[str, str] = {}
        for name, value in line.flags:
            flags[name] = f"{flags[name]}\n{value}" if name in flags else value
        one = Instruction(
            document=self.gathering.document,
            path=(line.line,),
            resource=f"stage/{stage}" if stage >= 0 else "",
            keyword=line.keyword,
            flags=flags,
            arguments=line.arguments,
            resolved=resolved,
            exec_form=line.exec_form,
            heredocs=line.heredocs,
            stage=stage,
            line=line.line,
        )
        self.instructions.append(one)
        self.gathering.add(one)
        if line.keyword == "FROM":
            self.start(one)
        elif line.keyword == "ARG":
            self.declare(one)
        elif self.stages:
            self.say(one, self.stages[-1])
        elif line.keyword in keywords:
            self.gathering.malformed(one.path, "", f"{line.keyword} stands before the first FROM")

    def start(self, one: Instruction) -> None:
        """Begins a stage."""
        words = split_words(one.resolved, self.escape)
        written = split_words(one.arguments, self.escape)
        reference = unquote(words[0], self.escape) if words else ""
        named = len(words) > 2 and words[1].upper() == "AS"
        number = len(self.stages)
        base = self.stage_of(reference)
        stage = Stage(number, one.line) if base is None else base.onwards(number, one.line)
        stage.name = unquote(words[2], self.escape) if named else ""
        self.stages.append(stage)
        if stage.name:
            self.named[stage.name.lower()] = stage
        if base is None and reference.lower() != "scratch" and written:
            _, first_known = expand(written[0], self.arguments, self.escape)
            stage.base = self.use(written[0], reference if first_known and reference else None, one)

    def stage_of(self, reference: str) -> Stage | None:
        """The earlier stage of this name, which may be written in any case."""
        return self.named.get(reference.lower())

    def use(self, written: str, reference: str | None, one: Instruction) -> ImageUse:
        """Adds the use of an image as a base."""
        use = ImageUse(
            document=self.gathering.document,
            path=one.path,
            resource=f"stage/{one.stage}",
            reference=reference,
            written=written,
            is_base=True,
            platform="docker",
        )
        self.gathering.add(use)
        return use

    def declare(self, one: Instruction) -> None:
        """Takes in ARG: before the first FROM for all FROMs, in a stage for the rest of it."""
        for name, value in pairs(one.arguments, self.escape):
            scope = self.stages[-1].values if self.stages else self.arguments
            if self.stages and name in self.stages[-1].env:
                continue  # ENV wins over ARG
            if value is not None:
                text, known = expand(value, scope, self.escape)
                scope[name] = unquote(text, self.escape) if known else None
            elif self.stages and self.arguments.get(name) is not None:
                scope[name] = self.arguments[name]
            else:
                scope.setdefault(name, None)

    def say(self, one: Instruction, stage: Stage) -> None:
        """Takes in an instruction of a stage."""
        place = one.path
        if one.keyword == "ENV":
            self.environment(one, stage)
        elif one.keyword == "USER":
            stage.user = Said(unquote(one.resolved.strip(), self.escape), place)
        elif one.keyword == "ENTRYPOINT":
            stage.entrypoint = words_of(one)
            if not stage.own_command:
                stage.command = ()  # a new entry point drops the command of the image below
        elif one.keyword == "CMD":
            stage.command, stage.own_command = words_of(one), True
        elif one.keyword == "HEALTHCHECK":
            off = one.arguments.strip().upper() == "NONE"
            stage.health = None if off else Said(one.arguments, place)
        elif one.keyword in ("COPY", "ADD") and "from" in one.flags:
            self.bring(one.flags["from"], one, stage)
        elif one.keyword == "RUN":
            for mount in one.flags.get("mount", "").split("\n"):
                for source in from_mount.findall(mount):
                    self.bring(source, one, stage)

    def bring(self, source: str, one: Instruction, stage: Stage) -> None:
        """An image that files come from, unless it is a stage of this file or a context of the build."""
        reference, known = expand(source, ChainMap(stage.values, self.arguments), self.escape)
        if not reference or reference.lower() == "scratch" or self.stage_of(reference) is not None:
            return
        if reference.isascii() and reference.isdigit() and int(reference) < stage.number:
            return
        self.use(source, reference if known else None, one)

    def environment(self, one: Instruction, stage: Stage) -> None:
        """Takes in ENV: all of its values are read before any of its names is set."""
        said = [
            (name, *expand(written or "", stage.values, self.escape))
            for name, written in pairs(one.arguments, self.escape)
        ]
        for name, text, known in said:
            value = unquote(text, self.escape)
            stage.values[name] = value if known else None
            variable = EnvVar(
                document=self.gathering.document,
                path=one.path,
                resource=stage.resource,
                name=name,
                value=value,
                platform="docker",
            )
            stage.env[name] = variable
            self.gathering.add(variable)


def add_image(gathering: Gathering, stage: Stage) -> None:
    """Adds the container that runs when somebody runs the image."""
    path = (stage.line,)
    workload = Workload(
        document=gathering.document,
        path=path,
        resource=stage.resource,
        platform="docker",
        kind="image",
        name=stage.name,
        serves=True,
    )
    gathering.add(workload)
    gathering.add(
        Container(
            document=gathering.document,
            path=path,
            resource=stage.resource,
            platform="docker",
            name=stage.name,
            image=stage.base,
            user=stage.user,
            env=tuple(stage.env.values()),
            command=stage.entrypoint + stage.command,
            limits={},
            probes={} if stage.health is None else {"health": stage.health},
            workload=workload,
        )
    )
