"""The program that is installed is small: of Foundation it has the essentials, and no ICU."""

import subprocess

# ICU alone is 40 MB.
LARGEST = 42_000_000

# How the symbols of a library are recognised, in Swift's mangling and in C++'s.
ESSENTIALS = "20FoundationEssentials"
UNWANTED = ["$s10Foundation", "20Internationalization", "icu_", "icudt", "swift_uloc_"]


def test_the_program_has_neither_all_of_foundation_nor_icu(binary):
    names = subprocess.run(
        ["nm", "--format=just-symbols", binary], check=True, capture_output=True,
        text=True).stdout.splitlines()

    assert any(ESSENTIALS in name for name in names), "a build without symbols shows nothing"
    assert [name for name in names if any(part in name for part in UNWANTED)][:10] == []


def test_the_installed_program_is_no_larger_than_it_must_be(stripped, record_property):
    size = stripped.stat().st_size
    record_property("size", f"{size / 1e6:.1f} MB stripped")
    assert size <= LARGEST
