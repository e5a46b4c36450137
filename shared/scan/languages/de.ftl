# German (Deutsch)
# Reviewed by a native speaker: no
#
# Die Texte der Seite, die man sieht, nachdem man einen Code gescannt hat: ob er echt ist, was darin steht und was zu
# tun ist, wenn er sich nicht öffnen lässt. Um einen Text zu ändern, ändern Sie, was nach dem Gleichheitszeichen steht.
# Was in geschweiften Klammern steht, füllt der Dienst aus und muss stehen bleiben: { $time } ist ein Datum mit Uhrzeit,
# { $place } der Name eines Ortes, { $limit } eine Zahl. Ein Text, der von einer Zahl abhängt, hat eine Zeile für jede
# Form, die die Sprache kennt: https://projectfluent.org erklärt das.

## Der Code ist gut

genuine-title = Dieser Code ist echt
genuine-lead = Er wurde von diesem Dienst versiegelt und seitdem nicht verändert.
# Steht vor einer Liste dessen, was im Code steht.
says = Das steht darin:
redeemable-lead = Er wurde von diesem Dienst versiegelt und kann eingelöst werden.
# Die Überschrift, nachdem jemand einen Code eingelöst hat, etwa eine Eintrittskarte: Er ist gezählt.
redeemed-title = Eingelöst
redeemed-lead = Der Dienst hat diese Einlösung gezählt.

## Der Code ist echt, aber etwas stimmt nicht

unchecked-title = Echt, aber nicht geprüft
unchecked-lead = Er wurde von diesem Dienst versiegelt, aber im Moment lässt sich nicht feststellen, ob er zurückgezogen wurde.
use-unchecked-title = Echt, aber Einlösung nicht geprüft
use-unchecked-lead = Er wurde von diesem Dienst versiegelt, aber im Moment lässt sich nicht feststellen, ob er schon eingelöst wurde.
used-title = Dieser Code wurde bereits eingelöst
used-lead = Er ist echt, wurde aber schon so oft eingelöst, wie es erlaubt ist.
used-do-not-accept = Er ist echt, wurde aber schon so oft eingelöst, wie es erlaubt ist. Nehmen Sie ihn nicht noch einmal an.
expired-title = Dieser Code ist abgelaufen
expired-lead = Er ist echt, aber am { $time } abgelaufen.
not-yet-title = Dieser Code ist noch nicht gültig
not-yet-lead = Er ist echt, gilt aber erst ab dem { $time }.
revoked-title = Dieser Code wurde zurückgezogen
revoked-lead = Er ist echt, wurde aber am { $time } von der ausstellenden Stelle zurückgezogen. Nehmen Sie ihn nicht an.

## Der Code ist nicht gut, oder niemand weiß es

damaged-title = Dieser Code lässt sich nicht öffnen
damaged-lead = Der Link ist beschädigt, unvollständig oder nicht von diesem Dienst. Behandeln Sie ihn nicht als echt.
damaged-scan = Scannen Sie den Code noch einmal: flach, gut beleuchtet und vollständig im Bild.
damaged-link = Wenn Sie einem Link gefolgt sind, prüfen Sie, ob er vollständig ist.
ask = Bitten Sie die Stelle, von der Sie ihn haben, um einen neuen.
unavailable-title = Dieser Code kann gerade nicht geprüft werden
unavailable-lead = Der Dienst erreicht im Moment seine Schlüssel oder seine Aufzeichnungen nicht. Der Code kann durchaus echt sein, bewahren Sie ihn also auf.
redemption-unknown-title = Es ist unklar, ob dieser Code eingelöst wurde
redemption-unknown-lead = Der Dienst erreicht im Moment seine Aufzeichnungen nicht. Gehen Sie zurück und drücken Sie noch einmal auf die Schaltfläche: Es wird nicht doppelt gezählt.
other-title = Das geht nicht
try-again = Noch einmal versuchen

## Bis wann und wie oft er gilt

valid-until = Gültig bis { $time }.
good-for =
    { $limit ->
        [one] Kann einmal eingelöst werden.
       *[other] Kann { $limit }-mal eingelöst werden.
    }
not-redeemed-yet = Noch nicht eingelöst.
redeemed-times =
    { $used ->
        [one] Einmal eingelöst, zuletzt am { $time }.
       *[other] { $used }-mal eingelöst, zuletzt am { $time }.
    }
# Dasselbe, und wo das war.
redeemed-times-at =
    { $used ->
        [one] Einmal eingelöst, zuletzt am { $time }, { $place }.
       *[other] { $used }-mal eingelöst, zuletzt am { $time }, { $place }.
    }
# Nachdem jemand einen Code eingelöst hat: zum Beispiel die zweite von drei Einlösungen.
this-use = Das war Einlösung { $use } von { $limit }, am { $time }.
this-use-at = Das war Einlösung { $use } von { $limit }, am { $time }, { $place }.
last-redeemed = Zuletzt eingelöst am { $time }.
last-redeemed-at = Zuletzt eingelöst am { $time }, { $place }.

## Einlösen

only-staff = Nur Personal des Dienstes kann ihn einlösen. Durch das Öffnen dieser Seite wird er nicht eingelöst.
revealed-on-redeem = Nur wer den Code einlöst, sieht, was darin steht.
# Die Beschriftung eines Feldes für den Namen eines Ortes, etwa eines Eingangs.
place = Wo (freiwillig)
redeem = Jetzt einlösen
redeem-note-only = Damit wird die einzige Einlösung gezählt und gespeichert. Das Öffnen dieser Seite zählt nicht.
redeem-note = Damit wird eine der Einlösungen gezählt und gespeichert. Das Öffnen dieser Seite zählt nicht.

## Der Fuß der Seite

copies = Wer diesen Code oder seinen Link hat, kann das hier lesen. Eine Kopie des Codes funktioniert genauso.
counts-not-copies = Wer diesen Code oder seinen Link hat, sieht diese Seite. Es zählt, was der Dienst gezählt hat, nicht die Kopie.
# { $address } ist der Anfang einer Webadresse, etwa https://qr.example.org
address = Die Adresse oben muss beginnen mit { $address }
# Wie man diesen Code nennt: { $name } ist etwas wie 7Q4M-K2XA-9PTD-3HBE
code-name = Code { $name }
# Was man sagt, wenn man Hilfe braucht: { $reference } ist etwas wie expired, 410
reference = Referenz: { $reference }
# Die Texte von Links.
help = Hilfe
privacy = Datenschutz

## Was im Code steht, Wort für Wort

as-json = Als JSON
copy = Als JSON kopieren
copied = Kopiert
selected = Markiert: bitte von hier kopieren
# Anstelle eines leeren Wertes, einer leeren Liste, eines leeren Namens oder einer leeren Gruppe.
empty = leer
empty-list = leere Liste
no-name = kein Name
no-members = keine Einträge
# Anstelle eines Wertes, der absichtlich fehlt.
nothing = kein Wert
yes = ja
no = nein

## Datum, Uhrzeit und Zahlen

# Der Name eines Monats in der Form, die er in einem Datum hat.
month =
    { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[12] Dezember
    }
# { $month } ist der Name von oben, { $month-number } die Zahl des Monats mit zwei Ziffern, { $day } hat keine Null
# davor.
date = { $day }. { $month } { $year }
# { $hour } geht bis 24 Stunden und hat, wie { $minute }, zwei Ziffern.
time = { $date } um { $hour }:{ $minute } UTC
# Zwischen ganzen und Dezimalstellen, und zwischen Gruppen von drei Ziffern. {" "} ist ein Leerzeichen.
decimal-separator = ,
group-separator = .
# { $amount } ist eine Zahl, { $currency } ein Kürzel wie EUR.
money = { $amount }{"\u00A0"}{ $currency }
