"""Wires one run into pytest: called once per process, only if a model is asked anything."""

import pytest

from pytest_modelbench.errors import ModelbenchError
from pytest_modelbench.session.collection import Collection
from pytest_modelbench.session.options import Settings
from pytest_modelbench.session.plan import RunPlan
from pytest_modelbench.session.run import ControllerRun, WorkerRun
from pytest_modelbench.session.state import STATE, RunState

__all__ = ["start_run"]

# A worker that crashes under these modes makes xdist 3.8 repeat its tests or hang.
FRAGILE_MODES = frozenset({"loadscope", "loadfile", "loadgroup"})


def start_run(config: pytest.Config, settings: Settings) -> None:
    """Load what the run is about and register its plugins.

    Raises:
        pytest.UsageError: modelbench.yaml or an option cannot be used as it stands.
    """
    if not config.pluginmanager.hasplugin("syrupy"):
        raise pytest.UsageError(
            "baselines cannot be compared without the plugin `syrupy`\n"
            "  Hint: leave out -p no:syrupy; with autoloading switched off, add -p syrupy."
        )
    try:
        plan = RunPlan.open(settings)
    except ModelbenchError as error:
        raise pytest.UsageError(str(error)) from None
    state = RunState(plan=plan)
    config.stash[STATE] = state
    is_worker = hasattr(config, "workerinput")
    mode = str(config.getoption("dist", default="no"))
    if mode in FRAGILE_MODES and not is_worker:
        state.notes.append(
            f"modelbench: --dist {mode} repeats tests or hangs when a worker crashes; "
            "use load or worksteal"
        )
    config.pluginmanager.register(Collection(state), "modelbench-collection")
    run = WorkerRun(state) if is_worker else ControllerRun(state, config)
    config.pluginmanager.register(run, "modelbench-run")
