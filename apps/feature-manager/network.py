"""The radio network: made up, but the same at every start."""

from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

FEATURES = [
    "Carrier Aggregation",
    "Massive MIMO",
    "Dynamic Spectrum Sharing",
    "Voice over New Radio",
    "Network Slicing",
    "Energy Saving",
    "Beam Management",
    "Dual Connectivity",
    "Interference Cancellation",
    "Mobility Load Balancing",
]

REGIONS = {"seoul": (0.34, 0.19), "daejeon": (0.47, 0.50), "gwangju": (0.25, 0.80), "busan": (0.80, 0.76)}
SITES_PER_REGION = 4


@dataclass(frozen=True)
class Site:
    name: str
    region: str
    load: int  # percent of its capacity
    x: float  # place on the map, 0 to 1 from the left
    y: float  # and from the top

    @property
    def latitude(self):
        return round(38.5 - 4.4 * self.y, 4)

    @property
    def longitude(self):
        return round(125.9 + 4 * self.x, 4)


def _sites():
    chance = Random(5)
    for region, (x, y) in REGIONS.items():
        for number in range(1, SITES_PER_REGION + 1):
            yield Site(
                name=f"{region[:3].upper()}-{number:03}",
                region=region,
                load=chance.randint(15, 98),
                x=x + 0.1 * cos(number * pi / 2) + chance.uniform(-0.02, 0.02),
                y=y + 0.1 * sin(number * pi / 2) + chance.uniform(-0.02, 0.02),
            )


SITES = tuple(_sites())


def features_at_start():
    chance = Random(31)
    return {site.name: {feature: chance.random() < 0.6 for feature in FEATURES} for site in SITES}
