"""What sub-commands share."""

import click

from lowtide.common.command_line import entry, run, typed
from lowtide.common.options import Integer, Names, jobs_option, output_option, page_option


def test_what_is_typed_is_what_decides_the_result():
    @entry()
    @click.argument("name", nargs=-1)
    @click.option("--target", type=Names())
    @click.option("--seed", type=Integer(0), default=1)
    @click.option("--liberty")
    @click.option("--long", is_flag=True)
    @page_option()
    @output_option("build/some")
    @jobs_option()
    def some(**given):
        said.append(typed())

    said = []
    some.name = "some"
    arguments = ["b", "a", "--target", "ge xc7", "--liberty", "/home/me/cells.lib", "--long", "-o", "/home/me/out"]
    assert run(some, [*arguments, "--jobs", "2", "--page", "/home/me/page.md"]) == 0
    assert run(some, ["--seed", "1"]) == 0 and run(some, []) == 0
    assert said == [
        "lowtide some b a --target ge,xc7 --liberty cells.lib --long",
        "lowtide some --seed 1",
        "lowtide some",
    ]
