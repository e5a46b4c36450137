# Polish (polski)
# Reviewed by a native speaker: no
#
# Teksty strony, którą widać po zeskanowaniu kodu: czy jest autentyczny, co zawiera i co zrobić, jeśli nie można go
# otworzyć. Aby zmienić tekst, należy zmienić to, co stoi po znaku równości. To, co jest w nawiasach klamrowych,
# uzupełnia serwis i musi pozostać: { $time } to data i godzina, { $place } to nazwa miejsca, { $limit } to liczba.
# Tekst zależny od liczby ma po jednym wierszu na każdą formę języka: wyjaśnia to https://projectfluent.org.

## Kod jest w porządku

genuine-title = Ten kod jest autentyczny
genuine-lead = Został opieczętowany przez ten serwis i od tego czasu nie był zmieniany.
# Stoi przed listą tego, co zawiera kod.
says = Zawartość:
redeemable-lead = Został opieczętowany przez ten serwis i można go zrealizować.
# Tytuł po zrealizowaniu kodu, na przykład biletu: użycie zostało policzone.
redeemed-title = Zrealizowano
redeemed-lead = Serwis policzył to użycie kodu.

## Kod jest autentyczny, ale coś jest nie tak

unchecked-title = Autentyczny, ale niesprawdzony
unchecked-lead = Został opieczętowany przez ten serwis, ale w tej chwili nie wiadomo, czy nie został unieważniony.
use-unchecked-title = Autentyczny, ale użycie niesprawdzone
use-unchecked-lead = Został opieczętowany przez ten serwis, ale w tej chwili nie wiadomo, czy był już użyty.
used-title = Ten kod został już użyty
used-lead = Jest autentyczny, ale zrealizowano go już tyle razy, ile można.
used-do-not-accept = Jest autentyczny, ale zrealizowano go już tyle razy, ile można. Nie należy go ponownie przyjmować.
expired-title = Ten kod stracił ważność
expired-lead = Jest autentyczny, ale stracił ważność { $time }.
not-yet-title = Ten kod nie jest jeszcze ważny
not-yet-lead = Jest autentyczny, ale ważny dopiero od { $time }.
revoked-title = Ten kod został unieważniony
revoked-lead = Jest autentyczny, ale wystawca unieważnił go { $time }. Nie należy go przyjmować.

## Kod nie jest w porządku albo tego nie wiadomo

damaged-title = Nie można otworzyć tego kodu
damaged-lead = Link jest uszkodzony, niepełny lub nie pochodzi z tego serwisu. Nie należy uznawać go za autentyczny.
damaged-scan = Zeskanuj kod jeszcze raz: powinien leżeć płasko, być dobrze oświetlony i w całości widoczny.
damaged-link = Jeśli ta strona została otwarta z linku, sprawdź, czy jest on pełny.
ask = Poproś o nowy kod tam, skąd pochodzi ten.
unavailable-title = Teraz nie można sprawdzić tego kodu
unavailable-lead = Serwis nie ma w tej chwili dostępu do swoich kluczy lub zapisów. Kod może być autentyczny, więc warto go zachować.
redemption-unknown-title = Nie wiadomo, czy ten kod został zrealizowany
redemption-unknown-lead = Serwis nie ma w tej chwili dostępu do swoich zapisów. Wróć i naciśnij przycisk jeszcze raz: realizacja nie zostanie policzona podwójnie.
other-title = Nie można tego zrobić
try-again = Spróbuj ponownie

## Do kiedy i ile razy jest ważny

valid-until = Ważny do { $time }.
good-for =
    { $limit ->
        [one] Ważny na jedno użycie.
        [few] Ważny na { $limit } użycia.
        [many] Ważny na { $limit } użyć.
       *[other] Ważny na { $limit } użycia.
    }
not-redeemed-yet = Jeszcze niezrealizowany.
redeemed-times =
    { $used ->
        [one] Zrealizowany raz, { $time }.
        [few] Zrealizowany { $used } razy, ostatnio { $time }.
        [many] Zrealizowany { $used } razy, ostatnio { $time }.
       *[other] Zrealizowany { $used } razy, ostatnio { $time }.
    }
# To samo, z miejscem.
redeemed-times-at =
    { $used ->
        [one] Zrealizowany raz, { $time }, { $place }.
        [few] Zrealizowany { $used } razy, ostatnio { $time }, { $place }.
        [many] Zrealizowany { $used } razy, ostatnio { $time }, { $place }.
       *[other] Zrealizowany { $used } razy, ostatnio { $time }, { $place }.
    }
# Po zrealizowaniu kodu: na przykład drugie użycie z trzech.
this-use = To było użycie { $use } z { $limit }, { $time }.
this-use-at = To było użycie { $use } z { $limit }, { $time }, { $place }.
last-redeemed = Ostatnio zrealizowany { $time }.
last-redeemed-at = Ostatnio zrealizowany { $time }, { $place }.

## Realizacja

only-staff = Zrealizować go może tylko personel serwisu. Otwarcie tej strony nie jest realizacją.
revealed-on-redeem = Zawartość kodu widzi tylko osoba, która go realizuje.
# Etykieta pola na nazwę miejsca, na przykład wejścia.
place = Gdzie (opcjonalnie)
redeem = Zrealizuj teraz
redeem-note-only = Zostanie policzone i zapisane jedyne użycie kodu. Otwarcie tej strony się nie liczy.
redeem-note = Zostanie policzone i zapisane jedno z użyć kodu. Otwarcie tej strony się nie liczy.

## Dół strony

copies = Każdy, kto ma ten kod lub link do niego, może to przeczytać. Kopia kodu działa tak samo.
counts-not-copies = Każdy, kto ma ten kod lub link do niego, widzi tę stronę. Liczy się to, co policzył serwis, a nie kopia.
# { $address } to początek adresu internetowego, na przykład https://qr.example.org
address = Adres u góry musi zaczynać się od { $address }
# Jak nazywa się ten kod: { $name } to coś w rodzaju 7Q4M-K2XA-9PTD-3HBE
code-name = Kod { $name }
# Co podać osobie, która pomaga: { $reference } to coś w rodzaju expired, 410
reference = Informacja dla obsługi: { $reference }
# Teksty linków.
help = Pomoc
privacy = Prywatność

## Co zawiera kod, słowo w słowo

as-json = Jako JSON
copy = Kopiuj jako JSON
copied = Skopiowano
selected = Zaznaczono: skopiuj stąd
# Zamiast pustej wartości, listy, nazwy lub grupy.
empty = puste
empty-list = pusta lista
no-name = bez nazwy
no-members = brak elementów
# Zamiast wartości, której celowo nie ma.
nothing = brak
yes = tak
no = nie

## Daty, godziny i liczby

# Nazwa miesiąca w formie, jaką ma w dacie.
month =
    { $month ->
        [1] stycznia
        [2] lutego
        [3] marca
        [4] kwietnia
        [5] maja
        [6] czerwca
        [7] lipca
        [8] sierpnia
        [9] września
        [10] października
        [11] listopada
       *[12] grudnia
    }
# { $month } to nazwa powyżej, { $month-number } to numer miesiąca z dwóch cyfr, { $day } nie ma zera na początku.
date = { $day } { $month } { $year }
# { $hour } jest w systemie 24-godzinnym i, tak jak { $minute }, ma dwie cyfry.
time = { $date }, { $hour }:{ $minute } UTC
# Między częścią całkowitą a dziesiętną i między grupami trzech cyfr. {" "} to spacja.
decimal-separator = ,
group-separator = {"\u00A0"}
# { $amount } to liczba, { $currency } to kod, na przykład EUR.
money = { $amount }{"\u00A0"}{ $currency }
