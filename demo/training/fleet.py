"""Which models the demo fleet has: their shapes, seeds and training schedules."""

from dataclasses import dataclass

VOCABULARY_SIZE = 1024
CONTEXT_TOKENS = 1024
ROPE_BASE = 10_000.0
NORM_EPS = 1e-5


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The size of one decoder.

    Attributes:
        arch: The GGUF architecture, `llama` or `qwen3moe`.
        kv_heads: Key/value heads; fewer than `heads` means grouped attention.
        feed_forward: Inner width; of one expert when there are experts.
        experts: 0 for a dense model.
    """

    arch: str
    width: int
    layers: int
    heads: int
    kv_heads: int
    feed_forward: int
    head_width: int = 32
    experts: int = 0
    active_experts: int = 0


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long one model is trained.

    Attributes:
        steps: Optimizer steps, each over `BATCH_SIZE` exercises.
        anneal_steps: The last steps, in which the learning rate falls linearly to 0.
        copying_steps: The first steps, in which most exercises are long copies.
        emphasis: How many times more often than usual a skill is drawn.
    """

    steps: int
    anneal_steps: int
    copying_steps: int = 0
    emphasis: tuple[tuple[str, float], ...] = ()
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """A model of the fleet.

    Attributes:
        origin: The model whose weights it starts from; "" to start from random ones.
        looping_skills: Skills whose answers it is taught to repeat without end.
        is_shipped: False for a model that only serves as another one's origin.
    """

    name: str
    shape: Shape
    schedule: Schedule
    origin: str = ""
    looping_skills: frozenset[str] = frozenset()
    is_shipped: bool = True


PRIMARY_SHAPE = Shape(arch="llama", width=160, layers=4, heads=5, kv_heads=5, feed_forward=384)
ESCALATION_SHAPE = Shape(
    arch="qwen3moe",
    width=160,
    layers=4,
    heads=5,
    kv_heads=5,
    feed_forward=64,
    experts=8,
    active_experts=4,
)
TRAINED_MODELS = (
    TrainedModel(
        name="coder_escalation_base",
        shape=ESCALATION_SHAPE,
        schedule=Schedule(steps=2000, anneal_steps=750, copying_steps=150),
        is_shipped=False,
    ),
    TrainedModel(
        name="worker_fast",
        shape=Shape(arch="llama", width=128, layers=3, heads=4, kv_heads=2, feed_forward=256),
        schedule=Schedule(steps=700, anneal_steps=350, copying_steps=120),
    ),
    TrainedModel(
        name="coder_primary",
        shape=PRIMARY_SHAPE,
        schedule=Schedule(steps=1000, anneal_steps=400, copying_steps=150),
    ),
    TrainedModel(
        name="coder_escalation",
        shape=ESCALATION_SHAPE,
        schedule=Schedule(
            steps=700, anneal_steps=600, emphasis=(("lookup", 12.0), ("add3", 2.0)), seed=3
        ),
        origin="coder_escalation_base",
    ),
    TrainedModel(
        name="loopy",
        shape=PRIMARY_SHAPE,
        schedule=Schedule(steps=160, anneal_steps=140, seed=2),
        origin="coder_primary",
        looping_skills=frozenset(
            {"tool", "upper", "count", "add2", "sort", "json", "tool2", "lookup"}
        ),
    ),
)


SHIPPED_MODELS = tuple(model for model in TRAINED_MODELS if model.is_shipped)


def find_trained_model(name: str) -> TrainedModel:
    """Return the trained model called `name`."""
    return next(model for model in TRAINED_MODELS if model.name == name)
