# Czech (čeština)
# Reviewed by a native speaker: no
#
# Texty stránky, která se zobrazí po naskenování kódu: zda je pravý, co obsahuje a co dělat, když ho nelze otevřít.
# Chcete-li text změnit, změňte to, co následuje za rovnítkem. To, co je ve složených závorkách, doplňuje služba a musí
# zůstat: { $time } je datum a čas, { $place } název místa, { $limit } číslo. Text, který závisí na čísle, má jeden
# řádek pro každý tvar jazyka: vysvětluje to https://projectfluent.org.

## Kód je v pořádku

genuine-title = Tento kód je pravý
genuine-lead = Tato služba ho opatřila pečetí a od té doby se nezměnil.
# Stojí před seznamem toho, co kód obsahuje.
says = Obsah:
redeemable-lead = Tato služba ho opatřila pečetí a lze ho uplatnit.
# Nadpis po uplatnění kódu, například vstupenky: použití je započítáno.
redeemed-title = Uplatněno
redeemed-lead = Služba započítala toto použití kódu.

## Kód je pravý, ale něco není v pořádku

unchecked-title = Pravý, ale neověřený
unchecked-lead = Tato služba ho opatřila pečetí, ale teď nelze zjistit, zda nebyl zrušen.
use-unchecked-title = Pravý, ale použití nebylo ověřeno
use-unchecked-lead = Tato služba ho opatřila pečetí, ale teď nelze zjistit, zda už nebyl použit.
used-title = Tento kód už byl použit
used-lead = Je pravý, ale už byl uplatněn tolikrát, kolikrát to bylo možné.
used-do-not-accept = Je pravý, ale už byl uplatněn tolikrát, kolikrát to bylo možné. Znovu ho nepřijímejte.
expired-title = Platnost tohoto kódu vypršela
expired-lead = Je pravý, ale jeho platnost vypršela { $time }.
not-yet-title = Tento kód ještě neplatí
not-yet-lead = Je pravý, ale platí až od { $time }.
revoked-title = Tento kód byl zrušen
revoked-lead = Je pravý, ale ten, kdo ho vydal, ho zrušil { $time }. Nepřijímejte ho.

## Kód není v pořádku, nebo se to neví

damaged-title = Tento kód nelze otevřít
damaged-lead = Odkaz je poškozený, neúplný nebo není od této služby. Nepovažujte ho za pravý.
damaged-scan = Naskenujte kód znovu: ať leží rovně, je dobře osvětlený a celý v záběru.
damaged-link = Pokud jste přišli přes odkaz, zkontrolujte, zda je úplný.
ask = Požádejte o nový toho, kdo vám ho dal.
unavailable-title = Tento kód teď nelze ověřit
unavailable-lead = Služba se teď nemůže dostat ke svým klíčům nebo záznamům. Kód může být pravý, proto si ho ponechte.
redemption-unknown-title = Neví se, zda byl tento kód uplatněn
redemption-unknown-lead = Služba se teď nemůže dostat ke svým záznamům. Vraťte se a stiskněte tlačítko znovu: nezapočítá se to dvakrát.
other-title = Tohle nelze provést
try-again = Zkusit znovu

## Do kdy a kolikrát platí

valid-until = Platí do { $time }.
good-for =
    { $limit ->
        [one] Platí na jedno použití.
        [few] Platí na { $limit } použití.
       *[other] Platí na { $limit } použití.
    }
not-redeemed-yet = Zatím neuplatněno.
redeemed-times =
    { $used ->
        [one] Uplatněno jednou, { $time }.
        [few] Uplatněno { $used }krát, naposledy { $time }.
       *[other] Uplatněno { $used }krát, naposledy { $time }.
    }
# Totéž, a kde to bylo.
redeemed-times-at =
    { $used ->
        [one] Uplatněno jednou, { $time }, { $place }.
        [few] Uplatněno { $used }krát, naposledy { $time }, { $place }.
       *[other] Uplatněno { $used }krát, naposledy { $time }, { $place }.
    }
# Po uplatnění kódu: například druhé použití ze tří.
this-use = Toto bylo použití { $use } z { $limit }, { $time }.
this-use-at = Toto bylo použití { $use } z { $limit }, { $time }, { $place }.
last-redeemed = Naposledy uplatněno { $time }.
last-redeemed-at = Naposledy uplatněno { $time }, { $place }.

## Uplatnění

only-staff = Uplatnit ho může jen personál služby. Otevřením této stránky se neuplatní.
revealed-on-redeem = Co kód obsahuje, vidí jen ten, kdo ho uplatní.
# Popisek pole pro název místa, například vchodu.
place = Kde (nepovinné)
redeem = Uplatnit nyní
redeem-note-only = Tím se započítá a zaznamená jeho jediné použití. Otevření této stránky se nepočítá.
redeem-note = Tím se započítá a zaznamená jedno z jeho použití. Otevření této stránky se nepočítá.

## Pata stránky

copies = Kdo má tento kód nebo odkaz na něj, může si toto přečíst. Kopie kódu funguje stejně dobře.
counts-not-copies = Kdo má tento kód nebo odkaz na něj, vidí tuto stránku. Rozhoduje to, co započítala služba, ne kopie.
# { $address } je začátek webové adresy, například https://qr.example.org
address = Adresa nahoře musí začínat { $address }
# Jak se tomuto kódu říká: { $name } je něco jako 7Q4M-K2XA-9PTD-3HBE
code-name = Kód { $name }
# Co sdělit tomu, kdo pomáhá: { $reference } je něco jako expired, 410
reference = Pro podporu: { $reference }
# Texty odkazů.
help = Nápověda
privacy = Soukromí

## Co kód obsahuje, slovo od slova

as-json = Jako JSON
copy = Kopírovat jako JSON
copied = Zkopírováno
selected = Označeno: zkopírujte odtud
# Místo prázdné hodnoty, seznamu, názvu nebo skupiny.
empty = prázdné
empty-list = prázdný seznam
no-name = bez názvu
no-members = žádné položky
# Místo hodnoty, která chybí záměrně.
nothing = žádná hodnota
yes = ano
no = ne

## Data, časy a čísla

# Název měsíce ve tvaru, jaký má v datu.
month =
    { $month ->
        [1] ledna
        [2] února
        [3] března
        [4] dubna
        [5] května
        [6] června
        [7] července
        [8] srpna
        [9] září
        [10] října
        [11] listopadu
       *[12] prosince
    }
# { $month } je název výše, { $month-number } číslo měsíce dvěma číslicemi, { $day } nemá před sebou nulu.
date = { $day }. { $month } { $year }
# { $hour } je ve 24hodinovém formátu a má, stejně jako { $minute }, dvě číslice.
time = { $date }, { $hour }:{ $minute } UTC
# Mezi celou a desetinnou částí a mezi skupinami tří číslic. {" "} je mezera.
decimal-separator = ,
group-separator = {"\u00A0"}
# { $amount } je číslo, { $currency } kód, například EUR.
money = { $amount }{"\u00A0"}{ $currency }
