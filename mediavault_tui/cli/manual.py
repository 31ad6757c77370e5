"""`mediavault manual`: the man page, made from the same texts as `--help`."""

import re

import click

from mediavault_tui import __version__
from mediavault_tui.cli import output


@click.command(
    name="manual",
    epilog="Examples:\n\n  mediavault manual > /usr/local/share/man/man1/mediavault.1\n\n"
    "  mediavault manual | man -l -",
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Print the manual as a man page."""
    root = ctx.find_root().command
    assert isinstance(root, click.Group)
    output.data(man_page(root))


def man_page(root: click.Group) -> str:
    """The whole program as one page in the man macros of roff (man(7))."""
    lines = [
        f'.TH MEDIAVAULT 1 "" "MediaVault {__version__}" "User commands"',
        ".SH NAME",
        f"mediavault \\- {_escaped(_first_line(root))}",
        ".SH SYNOPSIS",
        ".B mediavault",
        "[options] [ROOT... | COMMAND ...]",
        ".SH DESCRIPTION",
        *_paragraphs(root.help or ""),
        ".SH OPTIONS",
        *_options(root, click.Context(root, info_name="mediavault")),
        ".SH COMMANDS",
    ]
    parent = click.Context(root, info_name="mediavault")
    for name in root.list_commands(parent):
        child = root.get_command(parent, name)
        assert child is not None
        lines += _command(child, click.Context(child, info_name=name, parent=parent))
    return "\n".join([*lines, *_ENVIRONMENT])


_ENVIRONMENT = (
    ".SH EXIT STATUS",
    "0 done; 1 done, but something needs attention; 2 usage or config; 3 could not run; 130 interrupted.",
    ".SH ENVIRONMENT",
    ".TP\n.B MEDIAVAULT_CONFIG\nThe config file.",
    ".TP\n.B MEDIAVAULT_DB\nThe catalogue.",
    ".TP\n.BI MEDIAVAULT_ SECTION _ KEY\nAny setting: MEDIAVAULT_SCAN_JOBS is jobs under scan.",
    ".TP\n.B NO_COLOR\nUse no colours.",
    ".SH FILES",
    ".TP\n.I ~/.config/mediavault/config.yaml\nThe config, unless $XDG_CONFIG_HOME says otherwise.",
    ".TP\n.I ~/.local/share/mediavault/catalogue.db\nThe catalogue, unless $XDG_DATA_HOME says otherwise.",
    ".TP\n.I ~/.local/state/mediavault/log/mediavault.log\nThe log, unless $XDG_STATE_HOME says otherwise.",
)


def _command(command_: click.Command, ctx: click.Context) -> list[str]:
    arguments = [
        parameter.make_metavar(ctx) for parameter in command_.params if isinstance(parameter, click.Argument)
    ]
    usage = " ".join([str(ctx.info_name), "[options]", *arguments])
    return [
        f".SS {_escaped(usage)}",
        *_paragraphs(command_.help or ""),
        *_options(command_, ctx),
        *(_examples(command_.epilog) if command_.epilog else ()),
    ]


def _options(command_: click.Command, ctx: click.Context) -> list[str]:
    lines = []
    for parameter in command_.params:
        record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
        if record:
            lines += [".TP", f".B {_escaped(record[0])}", _escaped(record[1])]
    return lines


def _examples(epilog: str) -> list[str]:
    lines = [line.strip() for line in epilog.splitlines()]
    examples = [line for line in lines if line not in ("", "Example:", "Examples:")]
    return [".PP", "Examples:", ".nf", *(f"    {_escaped(line)}" for line in examples), ".fi"]


def _paragraphs(text: str) -> list[str]:
    lines = []
    for paragraph in text.split("\n\n"):
        lines += [".PP", _escaped(" ".join(paragraph.split()))]
    return lines


def _first_line(command_: click.Command) -> str:
    return (command_.help or "").split("\n", maxsplit=1)[0].rstrip(".").lower()


def _escaped(text: str) -> str:
    """Backslashes and hyphens are special to roff; so are dots and quotes at the start of a line."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(
        r"[^\x00-\x7f]", lambda letter: f"\\[u{ord(letter[0]):04X}]", text
    )  # groff itself reads ASCII
    return "\\&" + text if text[:1] in {".", "'"} else text
