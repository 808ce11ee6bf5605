"""Writes all branches of the tree `mini` anew by RDataFrame: `python snapshot.py IN OUT THREADS`."""

import sys

import ROOT

source, out, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
if threads > 1:
    ROOT.EnableImplicitMT(threads)
options = ROOT.RDF.RSnapshotOptions()
options.fCompressionAlgorithm = ROOT.ROOT.RCompressionSetting.EAlgorithm.kZLIB
options.fCompressionLevel = 1
ROOT.RDataFrame("mini", source).Snapshot("mini", out, "", options)
