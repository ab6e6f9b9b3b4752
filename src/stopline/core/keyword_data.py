"""The shipped keyword sets. Written by scripts/build_keywords; do not edit."""

from typing import Final

DATA_ID: Final = "84944e49e9eb"

CORE_OPT_OUT: Final = frozenset(
    {
        "cancel",
        "end",
        "opt out",
        "optout",
        "quit",
        "revoke",
        "stop",
        "stop all",
        "stopall",
        "unsub",
        "unsubscribe",
    }
)
DEFAULT_OPT_OUT: Final = frozenset(
    {
        "abbestellen",
        "abmelden",
        "alto",
        "arret",
        "arrete",
        "arrett",
        "baja",
        "descadastrar",
        "parar",
        "pare",
        "please opt me out",
        "remove",
        "sair",
        "stop 2 quit",
        "stop quit",
        "stop to quit",
        "stop2quit",
        "stopp",
        "stoptoquit",
        "stpo",
        "stpop",
        "退订",
    }
)
CORE_OPT_IN: Final = frozenset(
    {
        "continue",
        "resume",
        "start",
        "subscribe",
        "unstop",
    }
)
DEFAULT_OPT_IN: Final = frozenset(
    {
        "inicio",
        "nonarret",
        "nonarrêt",
    }
)
CORE_HELP: Final = frozenset(
    {
        "help",
        "info",
    }
)
DEFAULT_HELP: Final = frozenset(
    {
        "aide",
        "ayuda",
    }
)
STATEFUL_OPT_IN: Final = frozenset(
    {
        "continue",
        "go",
        "oui",
        "resume",
        "si",
        "subscribe",
        "y",
        "yes",
    }
)
COUNTRY_OPT_OUT: Final = {
    "CN": frozenset({"td"}),
}
STOP_EMOJI: Final = "🛑"
