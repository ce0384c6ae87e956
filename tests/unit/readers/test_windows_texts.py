"""What Windows commands print in several languages, and what is not certain in it."""

from datetime import UTC, date, datetime
from typing import Literal

import pytest

from collectors.drivers import windows_texts
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.sections.accounts import Lockout, PasswordPolicy
from collectors.readers.windows.clock import clock_of
from collectors.readers.windows_texts.days import certain_days, newest_day
from collectors.readers.windows_texts.records import records
from collectors.readers.windows_texts.system_words import rows_of
from collectors.replies import JsonReplies

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
TODAY = AT.date()

NET_ACCOUNTS = {
    "German": """
Abmeldung erzwingen nach Ablauf der Zeit?:             Nie
Minimales Kennwortalter (Tage):                        1
Maximales Kennwortalter (Tage):                        Unbegrenzt
Minimale Kennwortlänge:                                14
Länge des Kennwortverlaufs:                            24
Sperrschwelle:                                         5
Sperrdauer (Minuten):                                  30
Sperrüberwachungsfenster (Minuten):                    20
Computerrolle:                                         SERVER
Der Befehl wurde erfolgreich ausgeführt.
""",
    "Spanish": """
Forzar cierre de sesión tras expirar el tiempo:        Nunca
Duración mín. de contraseña (días):                    1
Duración máx. de contraseña (días):                    Ilimitado
Longitud mínima de contraseña:                         14
Duración del historial de contraseñas:                 24
Umbral de bloqueo:                                     5
Duración de bloqueo (minutos):                         30
Ventana de obs. de bloqueo (minutos):                  20
Rol del servidor:                                      SERVIDOR
Se ha completado el comando correctamente.
""",
    "Italian": """
Disconnessione forzata dopo la scadenza:               Mai
Durata minima password (giorni):                       1
Durata massima password (giorni):                      Illimitata
Lunghezza minima password:                             14
Lunghezza cronologia password:                         24
Soglia di blocco:                                      5
Durata blocco (minuti):                                30
Finestra di osservazione blocco (minuti):              20
Ruolo computer:                                        SERVER
Esecuzione comando riuscita.
""",
    "Dutch": """
Gebruiker afmelden na verstrijken van tijd?:           Nooit
Minimale wachtwoordduur (dagen):                       1
Maximale wachtwoordduur (dagen):                       Onbeperkt
Minimale wachtwoordlengte:                             14
Lengte van wachtwoordgeschiedenis:                     24
Drempel voor vergrendeling:                            5
Vergrendelingsduur (minuten):                          30
Observatievenster voor vergrendeling (minuten):        20
Computerrol:                                           SERVER
De opdracht is voltooid.
""",
    "a language that is not known, by order and units": """
利用者の強制ログオフ?:                     なし
パスワード有効期間の最短 (日):              1
パスワード有効期間の最長 (日):              42
パスワードの最小の長さ:                     14
パスワードの記録の個数:                     24
ロックアウトしきい値:                       5
ロックアウト期間 (分):                      30
ロックアウト観測ウィンドウ (分):            20
コンピューターの役割:                       SERVER
""",
}


def read_one(question: str, text: str) -> Facts:
    return windows_texts.read(JsonReplies(AT, {question: text}))


@pytest.mark.parametrize("language", NET_ACCOUNTS)
def test_the_policy_is_read_in_many_languages(language: str) -> None:
    facts = read_one("net accounts", NET_ACCOUNTS[language])
    assert facts.lockout == Lockout(threshold_count=5, duration_s=1800, window_s=1200)
    age: int | Literal["unlimited"] = 42 * 86_400 if "not known" in language else "unlimited"
    assert facts.password_policy == PasswordPolicy(
        min_length_count=14, history_count=24, max_age_s=age, min_age_s=86_400
    )


def test_a_server_is_known_by_its_role() -> None:
    assert read_one("net accounts", NET_ACCOUNTS["Italian"]).device_class == "windows server"


def test_a_word_that_is_not_known_is_no_number() -> None:
    text = NET_ACCOUNTS["German"].replace("Unbegrenzt", "Irgendwann")
    facts = read_one("net accounts", text)
    assert facts.password_policy
    assert facts.password_policy.max_age_s is None
    assert facts.gaps["password_policy.max_age_s"].reason == "unexpected reply"


def test_rows_of_an_unknown_language_that_are_not_all_there_are_not_read() -> None:
    text = NET_ACCOUNTS["a language that is not known, by order and units"].replace("24", "", 1)
    assert read_one("net accounts", text).password_policy is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["10/02/2020", "21/09/2019"], [date(2020, 2, 10), date(2019, 9, 21)]),
        (["10/02/2020", "9/21/2019"], [date(2020, 10, 2), date(2019, 9, 21)]),
        (["2020/06/12", "2020/05/14"], [date(2020, 6, 12), date(2020, 5, 14)]),
        (["02.03.2026"], [date(2026, 3, 2)]),
        (["10/02/2020", "4/10/2019"], None),
        (["21/09/2019", "9/21/2019"], None),
        (["05/12/2026"], [date(2026, 5, 12)]),
        (["05/05/2026"], [date(2026, 5, 5)]),
        (["31/31/2026"], None),
        ([], None),
    ],
)
def test_days_are_read_only_in_a_certain_order(written: list[str], meant: list[date] | None) -> None:
    assert certain_days(written, TODAY) == meant


def test_the_newest_day_may_be_certain_where_the_order_is_not() -> None:
    assert newest_day(["11/11/2026", "03/04/2026"], TODAY) == date(2026, 11, 11)
    assert newest_day(["10/11/2026", "03/04/2026"], TODAY) is None


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_product_and_version_are_known_by_their_form(language: str) -> None:
    labels = {"fr": ("Nom du système d'exploitation", "Version du système"), "pt": ("Nome do SO", "Versão do SO")}
    product, version = labels[language]
    rows = rows_of(f"{product}: Microsoft Windows Server 2016 Standard\n{version}: 10.0.14393 N/D compilação 14393\n")
    assert rows == {"product": "Microsoft Windows Server 2016 Standard", "version": "10.0.14393 N/D compilação 14393"}


STATUS = """Leap Indicator: 0(no warning)
Stratum: 3 (secondary reference - syncd by (S)NTP)
Precision: -23 (119.209ns per tick)
Root Delay: 0.0336332s
Root Dispersion: 0.04s
ReferenceId: 0xC0000263 (source IP:  192.0.2.99)
Last Successful Sync Time: 11/20/2026 8:05:14 PM
Source: time.example.com,0x8
Poll Interval: 10 (1024s)"""


def test_a_clock_without_a_source_is_out_of_step_whatever_its_leap_indicator_says() -> None:
    own = STATUS.replace("0xC0000263", "0x4C4F434C")
    assert clock_of(STATUS.splitlines()).synchronised
    assert not clock_of(own.splitlines()).synchronised


@pytest.mark.parametrize("wrong", [0, 1, 3, 5, 8])
def test_rows_without_their_form_are_not_read(wrong: int) -> None:
    lines = STATUS.splitlines()
    lines[wrong] = "Anything: else"
    with pytest.raises(UnexpectedReply):
        clock_of(lines)


def test_rows_in_another_order_are_not_read() -> None:
    lines = STATUS.splitlines()
    lines[0], lines[1] = lines[1], lines[0]
    with pytest.raises(UnexpectedReply):
        clock_of(lines)


def test_a_table_whose_cell_runs_over_its_column_is_not_read() -> None:
    text = "Name  Enabled\n----- -------\nguest False\nadministrator False\n"
    with pytest.raises(UnexpectedReply, match="columns"):
        records(text)


def test_a_list_value_may_go_on_in_the_next_line() -> None:
    assert records("Name : a\nText : one\n       two\n")[0]["Text"] == "onetwo"


def test_a_policy_file_is_no_policy_without_its_signature() -> None:
    facts = read_one("secedit /export", "[System Access]\nMinimumPasswordLength = 14\n")
    assert facts.password_policy is None
    assert facts.gaps["password_policy"].reason == "unexpected reply"


def test_no_live_machine_is_this_driver() -> None:
    assert windows_texts.ASKS == ()
    assert set(windows_texts.MATCHES.replies) == {"product"}
