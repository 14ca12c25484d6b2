"""The syrupy extension: baselines seen through syrupy's eyes.

Our own comparison decides every verdict. syrupy is asked where a trial or a role does not match
(or is to be accepted): it counts, prints the difference and owns `--snapshot-update`. It never
writes: one process, the controller, writes whole files when the run is over and nothing speaks
against it (see `gating.acceptance`), so neither workers nor a crash can tear a file apart.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol, cast

from syrupy.data import SnapshotCollection, SnapshotCollections
from syrupy.extensions.base import AbstractSyrupyExtension

if TYPE_CHECKING:
    from syrupy.location import PyTestLocation
    from syrupy.types import SerializableData, SerializedData, SnapshotIndex

__all__ = ["BaselineExtension", "BaselineItem"]


class BaselineItem(Protocol):
    """What the extension needs to know of a pytest item.

    Attributes:
        baseline_file: Path of the file its baseline stands in.
        baseline_now: Its line as measured, rendered.
        baseline_accepted: Its line as accepted, rendered; "" where there is none.
        baseline_difference: The lines that explain how the two differ.
    """

    baseline_file: str
    baseline_now: str
    baseline_accepted: str
    baseline_difference: tuple[str, ...]


class BaselineExtension(AbstractSyrupyExtension):
    """Shows a committed baseline to syrupy without ever letting it write or delete."""

    file_extension = "json"

    def __init__(self, item: "BaselineItem | None" = None) -> None:
        # syrupy makes one without an item when the controller merges the workers' counts.
        super().__init__()
        self._item = item

    @classmethod
    def get_location(cls, *, test_location: "PyTestLocation", index: "SnapshotIndex") -> str:
        """Return the baseline's path."""
        return cast("BaselineItem", test_location.item).baseline_file

    @classmethod
    def dirname(cls, *, test_location: "PyTestLocation") -> str:
        """Return a folder for any test: syrupy asks for those of other people, too."""
        return str(test_location.item.config.rootpath)

    @classmethod
    def matches_test_location(
        cls, *, test_location: "PyTestLocation", snapshot_location: str
    ) -> bool:
        """Tell syrupy that every baseline is where it belongs."""
        return True

    def discover_snapshots(
        self,
        *,
        test_location: "PyTestLocation",
        ignore_extensions: list[str] | None = None,
    ) -> SnapshotCollections:
        """Return nothing: no baseline is unused because it was not selected."""
        return SnapshotCollections()

    def serialize(self, data: "SerializableData", **_: Any) -> "SerializedData":  # noqa: ANN401  # syrupy passes more by name
        """Return the line of an item, which is text already."""
        return str(data)

    def read_snapshot_data_from_location(
        self, *, snapshot_location: str, snapshot_name: str, session_id: str
    ) -> "SerializedData | None":
        """Return the accepted line."""
        return self._item.baseline_accepted or None if self._item else None

    def diff_lines(
        self, serialized_data: "SerializedData", snapshot_data: "SerializedData"
    ) -> Iterator[str]:
        """Explain the difference in our own words."""
        yield from self._item.baseline_difference if self._item else ()

    def read_snapshot_collection(self, *, snapshot_location: str) -> SnapshotCollection:
        """Return an empty collection: nothing is discovered, so nothing is read."""
        return SnapshotCollection(location=snapshot_location)

    @classmethod
    def write_snapshot(cls, **_: Any) -> None:  # noqa: ANN401  # syrupy passes more by name
        """Write nothing: the controller does, whole files at once."""

    @classmethod
    def write_snapshot_collection(cls, **_: Any) -> None:  # noqa: ANN401  # syrupy passes more by name
        """Write nothing: the controller does, whole files at once."""

    def delete_snapshots(self, *, snapshot_location: str, snapshot_names: set[str]) -> None:
        """Delete nothing, ever."""
