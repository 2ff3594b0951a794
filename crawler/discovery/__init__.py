"""What a site offers to be read by, found and tried once for a person who may want it as a source."""
