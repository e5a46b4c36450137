# Swedish (svenska)
# Reviewed by a native speaker: no
#
# Texterna på sidan som visas när någon har skannat en kod: om den är äkta, vad den innehåller och vad man gör om den
# inte går att öppna. För att ändra en text ändrar du det som står efter likhetstecknet. Det som står inom
# klammerparenteser fylls i av tjänsten och måste stå kvar: { $time } är ett datum med klockslag, { $place } namnet på
# en plats, { $limit } ett tal. En text som beror på ett tal har en rad för varje form i språket:
# https://projectfluent.org förklarar det.

## Koden är bra

genuine-title = Den här koden är äkta
genuine-lead = Den har förseglats av den här tjänsten och har inte ändrats sedan dess.
# Står före en lista över vad koden innehåller.
says = Innehåll:
redeemable-lead = Den har förseglats av den här tjänsten och kan lösas in.
# Rubriken när någon har löst in en kod, till exempel en biljett: den har räknats.
redeemed-title = Inlöst
redeemed-lead = Tjänsten har räknat den här användningen av koden.

## Koden är äkta, men något är fel

unchecked-title = Äkta, men inte kontrollerad
unchecked-lead = Den har förseglats av den här tjänsten, men just nu går det inte att se om den har återkallats.
use-unchecked-title = Äkta, men användningen är inte kontrollerad
use-unchecked-lead = Den har förseglats av den här tjänsten, men just nu går det inte att se om den har använts tidigare.
used-title = Den här koden har redan använts
used-lead = Den är äkta, men har redan lösts in så många gånger som är tillåtet.
used-do-not-accept = Den är äkta, men har redan lösts in så många gånger som är tillåtet. Godta den inte igen.
expired-title = Den här koden har gått ut
expired-lead = Den är äkta, men gick ut den { $time }.
not-yet-title = Den här koden gäller inte än
not-yet-lead = Den är äkta, men gäller först från den { $time }.
revoked-title = Den här koden har återkallats
revoked-lead = Den är äkta, men utfärdaren återkallade koden den { $time }. Godta den inte.

## Koden är inte bra, eller så vet man inte

damaged-title = Den här koden går inte att öppna
damaged-lead = Länken är skadad, ofullständig eller kommer inte från den här tjänsten. Betrakta den inte som äkta.
damaged-scan = Skanna koden igen: håll den plan, väl belyst och helt i bild.
damaged-link = Om du har följt en länk, kontrollera att den är fullständig.
ask = Be den som du fick koden av om en ny.
unavailable-title = Den här koden kan inte kontrolleras just nu
unavailable-lead = Tjänsten når inte sina nycklar eller sina uppgifter just nu. Koden kan mycket väl vara äkta, så spara den.
redemption-unknown-title = Det är oklart om den här koden har lösts in
redemption-unknown-lead = Tjänsten når inte sina uppgifter just nu. Gå tillbaka och tryck på knappen igen: det räknas inte två gånger.
other-title = Det här går inte att göra
try-again = Försök igen

## Hur länge och hur många gånger den gäller

valid-until = Gäller till den { $time }.
good-for =
    { $limit ->
        [one] Gäller för en användning.
       *[other] Gäller för { $limit } användningar.
    }
not-redeemed-yet = Inte inlöst än.
redeemed-times =
    { $used ->
        [one] Inlöst en gång, den { $time }.
       *[other] Inlöst { $used } gånger, senast den { $time }.
    }
# Samma sak, och var det var.
redeemed-times-at =
    { $used ->
        [one] Inlöst en gång, den { $time }, { $place }.
       *[other] Inlöst { $used } gånger, senast den { $time }, { $place }.
    }
# När någon har löst in en kod: till exempel den andra användningen av tre.
this-use = Det här var användning { $use } av { $limit }, den { $time }.
this-use-at = Det här var användning { $use } av { $limit }, den { $time }, { $place }.
last-redeemed = Senast inlöst den { $time }.
last-redeemed-at = Senast inlöst den { $time }, { $place }.

## Inlösen

only-staff = Bara tjänstens personal kan lösa in den. Den löses inte in av att sidan öppnas.
revealed-on-redeem = Bara den som löser in koden ser vad den innehåller.
# Etiketten för ett fält med namnet på en plats, till exempel en ingång.
place = Var (valfritt)
redeem = Lös in nu
redeem-note-only = Detta räknas som den enda användningen och sparas. Att öppna sidan räknas inte.
redeem-note = Detta räknas som en av användningarna och sparas. Att öppna sidan räknas inte.

## Sidfoten

copies = Alla som har den här koden eller länken till den kan läsa detta. En kopia av koden fungerar lika bra.
counts-not-copies = Alla som har den här koden eller länken till den ser den här sidan. Det är tjänstens räkning som gäller, inte kopian.
# { $address } är början på en webbadress, till exempel https://qr.example.org
address = Adressen ovan måste börja med { $address }
# Vad koden kallas: { $name } är något i stil med 7Q4M-K2XA-9PTD-3HBE
code-name = Kod { $name }
# Vad man säger till den som hjälper: { $reference } är något i stil med expired, 410
reference = Referens: { $reference }
# Länkarnas texter.
help = Hjälp
privacy = Integritet

## Vad koden innehåller, ord för ord

as-json = Som JSON
copy = Kopiera som JSON
copied = Kopierat
selected = Markerat: kopiera härifrån
# I stället för ett tomt värde, en tom lista, ett tomt namn eller en tom grupp.
empty = tomt
empty-list = tom lista
no-name = inget namn
no-members = inget innehåll
# I stället för ett värde som saknas med avsikt.
nothing = inget värde
yes = ja
no = nej

## Datum, klockslag och tal

# Namnet på en månad, i den form det har i ett datum.
month =
    { $month ->
        [1] januari
        [2] februari
        [3] mars
        [4] april
        [5] maj
        [6] juni
        [7] juli
        [8] augusti
        [9] september
        [10] oktober
        [11] november
       *[12] december
    }
# { $month } är namnet ovan, { $month-number } dess nummer med två siffror, { $day } har ingen nolla framför.
date = { $day } { $month } { $year }
# { $hour } har 24 timmar och, liksom { $minute }, två siffror.
time = { $date } kl. { $hour }:{ $minute } UTC
# Mellan heltal och decimaler, och mellan grupper om tre siffror. {" "} är ett mellanslag.
decimal-separator = ,
group-separator = {"\u00A0"}
# { $amount } är ett tal, { $currency } en kod som EUR.
money = { $amount }{"\u00A0"}{ $currency }
