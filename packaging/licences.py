#!/usr/bin/env python3
"""Writes the licences of everything that is in the program: of each crate that is linked in, and of the fonts, signs and emoji.

    packaging/licences.py TARGET >FILE

They ask to be passed on with the program, so every package has this file. TARGET is a Rust target, as x86_64-unknown-linux-gnu.
Texts that several crates share are printed once. Needs cargo and the sources of the crates, which a build has fetched.
"""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ("licen", "copying", "notice", "unlicense", "copyright")
RESOURCES = {
    "Inter (font)": "resources/fonts/OFL.txt",
    "Lucide (signs)": "resources/icons/LICENSE",
    "Twemoji and the emoji font made of it": "resources/fonts/EMOJI.md",
}


def linked(metadata):
    """The ids of all crates that end up in the program: neither those of build scripts nor those of tests."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    seen, waiting = set(), [metadata["resolve"]["root"]]
    while waiting:
        current = waiting.pop()
        # What a procedural macro needs runs in the compiler only.
        is_macro = any("proc-macro" in target["kind"] for target in packages[current]["targets"])
        if current in seen or is_macro:
            continue
        seen.add(current)
        for dependency in nodes[current]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    return [packages[identity] for identity in seen if packages[identity]["source"]]


def texts(folder):
    """The licence files that lie in a crate's top folder."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name.lower().startswith(NAMES) and path.suffix != ".rs":
            yield path.read_text(encoding="utf-8", errors="replace").strip().replace("\r\n", "\n")


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    target = sys.argv[1]
    metadata = json.loads(subprocess.run(
        [os.environ.get("CARGO", "cargo"), "metadata", "--format-version", "1", "--locked", "--filter-platform", target],
        cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    crates = sorted(linked(metadata), key=lambda package: (package["name"], package["version"]))

    print("Oriole is under the Mozilla Public License 2.0. In it are works of others, under their own licences.\n")
    owners = {}
    for crate in crates:
        print(f"{crate['name']} {crate['version']}: {crate['license'] or 'see below'}")
        for text in texts(pathlib.Path(crate["manifest_path"]).parent):
            owners.setdefault(text, []).append(f"{crate['name']} {crate['version']}")
    for name, path in RESOURCES.items():
        text = (ROOT / path).read_text(encoding="utf-8").strip()
        owners.setdefault(text, []).append(name)
    for text, names in owners.items():
        print(f"\n{'=' * 80}\n{', '.join(names)}\n{'=' * 80}\n\n{text}")


if __name__ == "__main__":
    main()
