"""What a desk does between two acts, when nobody waits for it."""

from dataclasses import dataclass

from returnstation.application.desk.memory import Memory
from returnstation.application.desk.printouts import Printouts
from returnstation.application.desk.signing import Signing
from returnstation.application.matching import Rematching
from returnstation.application.recording import Recording
from returnstation.application.view import Step


@dataclass(frozen=True, slots=True)
class Quiet:
    """Looks around once a second."""

    recording: Recording
    memory: Memory
    signing: Signing
    printouts: Printouts

    def look_around(self) -> None:
        """Lock when nobody has been here, compare blind parcels, ask what became of papers."""
        self.signing.lock_if_idle()
        self._rematch()
        self.printouts.ask_next()

    def _rematch(self) -> None:
        """Compare blind parcels with orders that came since; nobody waits for it at a parcel."""
        if self.memory.step is not Step.READY:
            return
        stamp = self.recording.equipment.catalogue.stamp()
        if stamp != self.memory.stamp:
            self.memory.stamp = stamp
            Rematching(self.recording).run()
