"""A tool of a comparison: its command for each task, and how its answer is read."""

from collections.abc import Callable
from dataclasses import dataclass

Answer = tuple[int, ...]
"""What a task must give; every tool must say the same."""


def printed_integers(text: str) -> Answer:
    """The peers print their answer as bare integers, and nothing else."""
    return tuple(int(word) for word in text.split())


@dataclass(frozen=True)
class Tool:
    """A tool: the files it reads, its command per task, and how its answer is read.

    A command is a template, split at blanks before its {fields} are filled in, so a
    field may hold blanks. Fields: {file} the path; {source} the path as photopeak
    names it; {threads}; {photopeak}, {python} and {build} the binary, the
    interpreter of the peers and the folder of the compiled peers; {peers} the
    folder of their scripts; and the constants of the benchmark.
    """

    name: str
    files: tuple[str, ...]
    commands: dict[str, str]
    parse: dict[str, Callable[[str], Answer]]
    threads: tuple[int, ...] = (1, 2)

    def argv(self, task: str, threads: int, fields: dict[str, str]) -> list[str]:
        """The command of `task` as an argument list."""
        fields = fields | {"threads": str(threads)}
        return [word.format(**fields) for word in self.commands[task].split()]


def peer(name: str, files: tuple[str, ...], commands: dict[str, str], threads: tuple[int, ...] = (1, 2)) -> Tool:
    """A tool that prints its answer as bare integers."""
    return Tool(name, files, commands, dict.fromkeys(commands, printed_integers), threads)
