"""The command line: creditgraph."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from api.commands import (
    algorithms,
    auditing,
    baselines,
    catalogue,
    challenging,
    classes,
    confirming,
    evaluation,
    explaining,
    exploring,
    intake,
    keys,
    matching,
    related,
    relations,
    retention,
    screening,
    shells,
    tasks,
    upkeep,
)
from api.settings import language
from api.usage_error import usage_error
from graph.errors import CreditGraphError, UsageError
from graph.identity import scrub
from graph.system_error import system_error

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="信用图谱 creditgraph: from departments' files to a graph, and from the graph to classes with their reasons.",
)
key_app = typer.Typer(no_args_is_help=True, help=keys.__doc__)
app.add_typer(key_app, name="key")
for key_command in keys.COMMANDS:
    key_app.command()(key_command)
baseline_app = typer.Typer(no_args_is_help=True, help="Population statistics that grades measure against.")
app.add_typer(baseline_app, name="baseline")
baseline_app.command("create")(baselines.create_baseline)
baseline_app.command("list")(baselines.list_baselines)
sweep_app = typer.Typer(no_args_is_help=True, help="Cleansing: propose, approve, remove.")
app.add_typer(sweep_app, name="sweep")
sweep_app.command("report")(retention.sweep_report)
sweep_app.command("approve")(retention.sweep_approve)
sweep_app.command("apply")(retention.sweep_apply)
sweep_app.command("list")(retention.sweep_list)
tasks_app = typer.Typer(no_args_is_help=True, help=tasks.__doc__)
app.add_typer(tasks_app, name="tasks")
for task_command in tasks.COMMANDS:
    tasks_app.command()(task_command)
evaluate_app = typer.Typer(no_args_is_help=True, help=evaluation.__doc__)
app.add_typer(evaluate_app, name="evaluate")
evaluate_app.command("sme")(evaluation.sme)
evaluate_app.command("city")(evaluation.city)
evaluate_app.command("compare")(evaluation.compare)
challenger_app = typer.Typer(no_args_is_help=True, help=challenging.__doc__)
app.add_typer(challenger_app, name="challenger")
challenger_app.command("train")(challenging.train)
challenger_app.command("score")(challenging.score)
challenger_app.command("list")(challenging.challengers)
shells_app = typer.Typer(help="Firms that look like shells, to be reviewed; leads, no findings.")
app.add_typer(shells_app, name="shells")
shells_app.callback(invoke_without_command=True)(shells.review)
shells_app.command("decide")(shells.decide_shell)
for command in (
    *catalogue.COMMANDS,
    *intake.COMMANDS,
    *classes.COMMANDS,
    *explaining.COMMANDS,
    *confirming.COMMANDS,
    *exploring.COMMANDS,
    *algorithms.COMMANDS,
    *relations.COMMANDS,
    *matching.COMMANDS,
    *related.COMMANDS,
    *retention.COMMANDS,
    *screening.COMMANDS,
    *auditing.COMMANDS,
    *upkeep.COMMANDS,
):
    app.command()(command)


def main() -> NoReturn:
    """Run the command line; errors a person can act on go to standard error with their exit code."""
    try:
        app(standalone_mode=False)
    except CreditGraphError as error:
        _end(error.exit_code, f"error: {error}", error.zh)
    except typer.Abort:
        sys.exit(130)
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        file_zh = f"{error.filename}：" if error.filename else ""
        _end(UsageError.exit_code, f"{file}{error.strerror}", f"{file_zh}{system_error(error)}。请处理后重新执行。")
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            message = scrub(error.format_message())
            _end(error.exit_code, message, usage_error(message))
        raise
    sys.exit(0)


def _end(code: int, en: str, zh: str) -> NoReturn:
    """Say why on standard error, in Chinese first where that is the language."""
    if zh and language(sys.argv) == "zh":
        print(f"错误：{zh}", file=sys.stderr)
    print(en, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
