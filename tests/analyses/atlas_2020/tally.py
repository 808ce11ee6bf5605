"""What an analysis counts: events after each cut, and the histograms that are published."""

import csv
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
import compare


def booked(analysis):
    """The published histograms of an analysis: name to (bins, low, high)."""
    with open(HERE / "histograms.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["analysis"] == analysis]
    return {row["name"]: (int(row["bins"]), float(row["low"]), float(row["high"])) for row in rows}


class Tally(compare.Tally):
    def fill_lepton(self, prefix, lepton):
        """Histograms that most analyses make of a lepton: hist_leadleptpt and so on."""
        for name, value in (
            ("pt", lepton.pt),
            ("eta", lepton.eta),
            ("E", lepton.e),
            ("phi", lepton.phi),
            ("ch", lepton.charge),
            ("ID", lepton.type),
            ("_ptc", lepton.ptcone),
            ("etc", lepton.etcone),
        ):
            self.fill(f"hist_{prefix}lept{name}", value)
        self.fill(f"hist_{prefix}lepz0", lepton.z0)
        self.fill(f"hist_{prefix}lepd0", lepton.trackd0pvunbiased)
