"""The identity of machines: all that is configured decides it, and nothing else; it is the same everywhere."""

import os
import random
import subprocess
import sys
from contextlib import suppress
from dataclasses import fields, replace
from hashlib import sha256

import pytest

from lowtide.hw.config import identity
from lowtide.hw.config.accelerator_config import ACCELERATOR_SETTINGS, AcceleratorConfig
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.fields import SETTINGS
from lowtide.hw.config.identity import IDENTITY_BITS, identity_of, identity_text
from lowtide.hw.config.machines import MACHINES

OF_ARRAYS = [setting for setting in SETTINGS if setting.name != "name"]
OWN = [setting for setting in ACCELERATOR_SETTINGS if setting.name != "name"]


def drawn(setting, rng):
    """A value of a field as JSON has it, whether or not it fits the others."""
    if setting.type is tuple:
        return rng.sample(setting.allowed, rng.randint(0, len(setting.allowed)))
    return rng.choice(setting.allowed)


@pytest.mark.parametrize("setting", OF_ARRAYS, ids=lambda each: each.name)
def test_every_field_of_the_array_decides(setting):
    rng = random.Random(setting.name)
    for machine in MACHINES.values():
        array = machine.array.parameters()
        values = [value for value in (drawn(setting, rng) for _ in range(10)) if value != array[setting.name]]
        found = [identity_of(machine.fields() | {"array": array | {setting.name: value}}) for value in values]
        assert found and machine.identity not in found
        assert len(set(found)) == len({str(value) for value in values})


@pytest.mark.parametrize("setting", OWN, ids=lambda each: each.name)
def test_every_field_of_the_accelerator_decides(setting):
    rng, legal = random.Random(setting.name), 0
    for machine in MACHINES.values():
        own = machine.fields()
        for value in (drawn(setting, rng) for _ in range(20)):
            if value != own[setting.name]:
                changed = identity_of(own | {setting.name: value})
                assert changed != machine.identity
                with suppress(ValueError):  # of a machine that there is not
                    other = replace(machine, **{setting.name: value})
                    assert (other.identity == machine.identity) == (other == machine)
                    legal += other != machine
    assert legal


def test_names_decide_nothing():
    for machine in MACHINES.values():
        other = replace(machine, name="another", array=replace(machine.array, name="another_array"))
        assert other != machine and other.identity == machine.identity


def test_all_fields_but_names_are_in_the_text():
    names = [field.name for of in (AcceleratorConfig, ArrayConfig) for field in fields(of) if field.name != "name"]
    for machine in MACHINES.values():
        text = identity_text(machine.fields())
        assert all(f'"{name}":' in text for name in names) and text.count(":") == len(names)


def test_named_machines_have_different_identities():
    found = [machine.identity for machine in MACHINES.values()]
    assert len(set(found)) == len(found) and all(0 < each < 1 << IDENTITY_BITS for each in found)


def test_it_is_the_same_number_everywhere():
    """Of a text that is written down here, whatever the order of fields, and in another run."""
    stated = {"post": ["operand"], "name": "a", "taps": 64, "array": {"rows": 4, "name": "b", "sums": None, "x": True}}
    text = '{"array":{"rows":4,"sums":null,"x":true},"post":["operand"],"taps":64}'
    assert identity_text(stated) == text == identity_text(dict(reversed(stated.items())))
    assert identity_of(stated) == int(sha256(text.encode()).hexdigest()[:8], 16) == 0xA08379DA
    code = "from lowtide.hw.config.machines import MACHINES as all_; print([each.identity for each in all_.values()])"
    for seed in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        assert done.stdout.strip() == str([machine.identity for machine in MACHINES.values()])


def test_it_is_never_0(monkeypatch):
    class Digest:
        def digest(self):
            return bytes(32)

    monkeypatch.setattr(identity, "sha256", lambda text: Digest())
    assert replace(MACHINES["tiny"]).identity == 1  # a machine keeps its own
