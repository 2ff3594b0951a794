"""What is measured, beside peers, in one run; figures are ratios first."""
