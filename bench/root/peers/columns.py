"""The branches that the two partial tasks read, in one place for every Python peer."""

EIGHT = ["lep_n", "lep_pt", "lep_eta", "lep_phi", "lep_E", "lep_charge", "met_et", "mcWeight"]
ZPEAK = ["trigM", "lep_n", "lep_pt", "lep_eta", "lep_phi", "lep_E", "lep_charge", "lep_type", "lep_isTightID"]
