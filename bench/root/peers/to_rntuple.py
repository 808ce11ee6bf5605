"""Convert the TTree to an RNTuple with ROOT's own importer: `to_rntuple.py SOURCE OUTPUT COMPRESSION`."""

import sys

import ROOT


def main(source: str, output: str, compression: int) -> None:
    importer = ROOT.Experimental.RNTupleImporter.Create(source, "mini", output)
    options = importer.GetWriteOptions()
    options.SetCompression(compression)
    importer.SetWriteOptions(options)
    importer.SetNTupleName("mini")
    importer.SetIsQuiet(True)
    importer.Import()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
