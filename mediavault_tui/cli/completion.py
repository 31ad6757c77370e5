"""`mediavault completion`: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

from mediavault_tui.cli import output

VARIABLE = "_MEDIAVAULT_COMPLETE"
"""Set by the shell's script when it asks for completions."""


@click.command(
    name="completion",
    epilog="Examples:\n\n  mkdir -p ~/.local/share/bash-completion/completions\n\n"
    "  mediavault completion bash > ~/.local/share/bash-completion/completions/mediavault\n\n"
    "  mkdir -p ~/.zfunc && mediavault completion zsh > ~/.zfunc/_mediavault\n\n"
    "  mediavault completion fish > ~/.config/fish/completions/mediavault.fish",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for a shell. It holds from the next shell on.

    Bash reads it with the package bash-completion; zsh with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc.
    """
    kind = get_completion_class(shell)
    assert kind is not None
    output.data(kind(ctx.find_root().command, {}, "mediavault", VARIABLE).source().strip("\n"))
