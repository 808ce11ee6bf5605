"""Writes all branches of the tree `mini` anew by uproot: `python uproot_write.py IN OUT`.

uproot cannot write std::vector: the lists become arrays that a branch of their own counts.
"""

import sys

import uproot

source, out = sys.argv[1:]
with uproot.open(source) as file, uproot.recreate(out, compression=uproot.ZLIB(1)) as target:
    tree = None
    for arrays in file["mini"].iterate(step_size="100 MB", library="ak"):
        columns = {name: arrays[name] for name in arrays.fields}
        if tree is None:
            tree = target.mktree("mini", {name: column.type.content for name, column in columns.items()})
        tree.extend(columns)
