"""Addresses of the city: a serial is a district, road, house and room, never two alike."""

from __future__ import annotations

import numpy as np

from loaders.synthetic.columns import Int64
from loaders.synthetic.vocabulary import DISTRICTS, ROAD_KINDS, ROADS

_ROOMS, _HOUSES, _ROADS = 36, 900, len(ROADS) * len(ROAD_KINDS)
_NAMES = np.array([f"云津市{d}{r}{k}" for d in DISTRICTS for k in ROAD_KINDS for r in ROADS], dtype=object)
_STEP = 9_999_991  # prime: neighbours in time are no neighbours in the street


def district(addresses: Int64) -> Int64:
    """The district of an address, as a position in DISTRICTS."""
    return addresses % len(DISTRICTS)


def texts(addresses: Int64) -> list[str]:
    """Addresses in words."""
    mixed = addresses // len(DISTRICTS) * _STEP % (_ROADS * _HOUSES * _ROOMS)
    roads = _NAMES[district(addresses) * _ROADS + mixed // (_HOUSES * _ROOMS)].tolist()
    houses, rooms = (mixed // _ROOMS % _HOUSES + 1).tolist(), (mixed % _ROOMS + 1).tolist()
    return [f"{road}{house}号{room}室" for road, house, room in zip(roads, houses, rooms, strict=True)]
