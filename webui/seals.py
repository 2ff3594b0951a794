"""The seal of the second factors' keys, from this deployment's secret key."""

from kentongan.sealing import Seal
from kentongan.store.factors import PURPOSE
from webui.parts import the_parts


def factor_seal() -> Seal:
    return Seal(the_parts().settings.require_secret_key(), PURPOSE)
