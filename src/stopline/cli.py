"""The command line: which commands there are. Each lives in its own file, loaded when used."""

import importlib

import click

from stopline import __version__

# name: (module, attribute, one line of help). Lazy, so that --help and small commands start fast.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "serve": ("serve", "serve", "Start the server."),
    "init": ("init", "init", "Make the first account of a real installation."),
    "demo": ("demo", "demo", "Play the main job against a running server."),
    "simulator": ("simulator", "simulator", "Run the simulated carrier as its own process."),
    "accounts": ("accounts", "accounts", "Add, list and disable accounts."),
    "apps": ("apps", "apps", "Add, list and disable apps."),
    "users": ("users", "users", "Add, list and disable users."),
    "credentials": ("credentials", "credentials", "Add, list and disable JWT credentials."),
    "senders": ("senders", "senders", "Add, list, disable and move numbers to send from."),
    "carriers": ("carriers", "carriers", "Show, test, pause and resume carriers."),
    "consent": ("consent", "consent", "Look at consent and change it; CSV in and out."),
    "import": ("importing", "import_group", "Take over opt-outs from another provider's files."),
    "mirror": ("mirror", "mirror", "Keep a local copy of the opt-outs of an account elsewhere."),
    "export": ("exporting", "export_group", "Write opt-outs in another provider's form."),
    "reviews": ("reviews", "reviews", "Decide on texts that may ask to stop; set the policy."),
    "classify": ("classify", "classify", "Say what a text asks for, and why."),
    "ledger": ("ledger", "ledger", "Verify, compare and export the consent ledger."),
    "journal": ("journal", "journal", "Compare the store with its consent journal; replay it."),
    "erase": ("erase", "erase", "Forget a person, and go on not texting them."),
    "migrate": ("migrate", "migrate", "Bring the database's schema up, or check that it is."),
    "copy-store": ("copy_store", "copy_store", "Move the data from SQLite to PostgreSQL, or back."),
    "backup": ("backup", "backup", "Copy the SQLite database while the server runs."),
    "restored": ("restored", "restored", "Decide what becomes of messages in a restored copy."),
    "config": ("config", "config", "List every setting, its value and where it came from."),
    "version": ("version", "version", "Print the version."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        importlib.import_module("stopline.logs").configure_command_logs()
        command = getattr(importlib.import_module(f"stopline.commands.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"stopline.commands.{module}.{attribute} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stopline")
def cli() -> None:
    """Stopline: a self-hosted High Volume SMS server that keeps the promise of STOP.

    Exit codes: 0 done, 1 it failed, 2 the command was misused.
    """


def main() -> None:
    """Entry point of the `stopline` script."""
    cli(prog_name="stopline")
