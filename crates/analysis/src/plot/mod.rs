//! Plots of histograms.
