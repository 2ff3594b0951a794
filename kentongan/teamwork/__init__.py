"""How the queue serves the team, as figures: of the team as a whole, never of one person (R15).

Owns: what each figure means and its arithmetic. Leaves counting to `store.teamwork`, and who decided to
nobody: nothing in here knows a user. No figure is a target; see docs/decisions/0024.
"""
