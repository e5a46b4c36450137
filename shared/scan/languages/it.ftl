# Italian (italiano)
# Reviewed by a native speaker: no
#
# I testi della pagina che si vede dopo aver scansionato un codice: se è autentico, che cosa contiene e che cosa fare se
# non si apre. Per cambiare un testo, cambiare ciò che segue il segno di uguale. Ciò che sta tra parentesi graffe è
# inserito dal servizio e deve restare: { $time } è una data con l’ora, { $place } il nome di un luogo, { $limit } un
# numero. Un testo che dipende da un numero ha una riga per ogni forma della lingua: lo spiega
# https://projectfluent.org.

## Il codice va bene

genuine-title = Questo codice è autentico
genuine-lead = È stato sigillato da questo servizio e da allora non è stato modificato.
# Precede l’elenco di ciò che il codice contiene.
says = Contenuto:
redeemable-lead = È stato sigillato da questo servizio e può essere convalidato.
# Il titolo dopo che qualcuno ha convalidato un codice, per esempio un biglietto: è stato conteggiato.
redeemed-title = Convalidato
redeemed-lead = Il servizio ha conteggiato questo utilizzo del codice.

## Il codice è autentico, ma qualcosa non va

unchecked-title = Autentico, ma non verificato
unchecked-lead = È stato sigillato da questo servizio, ma al momento non è possibile sapere se è stato revocato.
use-unchecked-title = Autentico, ma utilizzo non verificato
use-unchecked-lead = È stato sigillato da questo servizio, ma al momento non è possibile sapere se è già stato utilizzato.
used-title = Questo codice è già stato utilizzato
used-lead = È autentico, ma è già stato convalidato il numero massimo di volte.
used-do-not-accept = È autentico, ma è già stato convalidato il numero massimo di volte. Da non accettare di nuovo.
expired-title = Questo codice è scaduto
expired-lead = È autentico, ma è scaduto in data { $time }.
not-yet-title = Questo codice non è ancora valido
not-yet-lead = È autentico, ma sarà valido solo a partire da: { $time }.
revoked-title = Questo codice è stato revocato
revoked-lead = È autentico, ma chi lo ha emesso lo ha revocato in data { $time }. Da non accettare.

## Il codice non va bene, o non si sa

damaged-title = Questo codice non si apre
damaged-lead = Il link è danneggiato, incompleto o non è di questo servizio. Da non considerare autentico.
damaged-scan = Scansionare di nuovo il codice: ben disteso, ben illuminato e interamente inquadrato.
damaged-link = Se la pagina è stata aperta da un link, verificare che sia completo.
ask = Chiederne uno nuovo a chi lo ha fornito.
unavailable-title = Al momento questo codice non può essere verificato
unavailable-lead = Al momento il servizio non riesce ad accedere alle sue chiavi o ai suoi registri. Il codice potrebbe essere autentico: conviene conservarlo.
redemption-unknown-title = Non si sa se questo codice è stato convalidato
redemption-unknown-lead = Al momento il servizio non riesce ad accedere ai suoi registri. Tornare indietro e premere di nuovo il pulsante: non viene conteggiato due volte.
other-title = Operazione non possibile
try-again = Riprova

## Fino a quando e quante volte vale

valid-until = Scadenza: { $time }.
good-for =
    { $limit ->
        [one] Valido per un utilizzo.
       *[other] Valido per { $limit } utilizzi.
    }
not-redeemed-yet = Non ancora convalidato.
redeemed-times =
    { $used ->
        [one] Convalidato una volta, in data { $time }.
       *[other] Convalidato { $used } volte, l’ultima in data { $time }.
    }
# Lo stesso, con il luogo.
redeemed-times-at =
    { $used ->
        [one] Convalidato una volta, in data { $time }, { $place }.
       *[other] Convalidato { $used } volte, l’ultima in data { $time }, { $place }.
    }
# Dopo che qualcuno ha convalidato un codice: per esempio il secondo utilizzo di tre.
this-use = Questo era l’utilizzo { $use } di { $limit }, in data { $time }.
this-use-at = Questo era l’utilizzo { $use } di { $limit }, in data { $time }, { $place }.
last-redeemed = Ultima convalida in data { $time }.
last-redeemed-at = Ultima convalida in data { $time }, { $place }.

## Convalida

only-staff = Solo il personale del servizio può convalidarlo. Aprire questa pagina non lo convalida.
revealed-on-redeem = Solo chi convalida il codice ne vede il contenuto.
# L’etichetta di un campo per il nome di un luogo, per esempio un ingresso.
place = Dove (facoltativo)
redeem = Convalida ora
redeem-note-only = Così si conteggia e si registra il suo unico utilizzo. Aprire questa pagina non conta.
redeem-note = Così si conteggia e si registra uno dei suoi utilizzi. Aprire questa pagina non conta.

## Il piè di pagina

copies = Chiunque abbia questo codice o il suo link può leggere questi dati. Una copia del codice funziona allo stesso modo.
counts-not-copies = Chiunque abbia questo codice o il suo link vede questa pagina. Fa fede il conteggio del servizio, non la copia.
# { $address } è l’inizio di un indirizzo web, come https://qr.example.org
address = L’indirizzo qui sopra deve iniziare con { $address }
# Come si chiama questo codice: { $name } è qualcosa come 7Q4M-K2XA-9PTD-3HBE
code-name = Codice { $name }
# Che cosa dire a chi aiuta: { $reference } è qualcosa come expired, 410
reference = Riferimento: { $reference }
# I testi dei link.
help = Aiuto
privacy = Privacy

## Ciò che il codice contiene, parola per parola

as-json = Come JSON
copy = Copia come JSON
copied = Copiato
selected = Selezionato: copiare da qui
# Al posto di un valore, un elenco, un nome o un gruppo vuoto.
empty = vuoto
empty-list = elenco vuoto
no-name = senza nome
no-members = nessun elemento
# Al posto di un valore che manca di proposito.
nothing = nessun valore
yes = sì
no = no

## Date, ore e numeri

# Il nome di un mese, nella forma che ha in una data.
month =
    { $month ->
        [1] gennaio
        [2] febbraio
        [3] marzo
        [4] aprile
        [5] maggio
        [6] giugno
        [7] luglio
        [8] agosto
        [9] settembre
        [10] ottobre
        [11] novembre
       *[12] dicembre
    }
# { $month } è il nome qui sopra, { $month-number } il suo numero con due cifre, { $day } non ha lo zero davanti.
date = { $day } { $month } { $year }
# { $hour } va su 24 ore e, come { $minute }, ha due cifre.
time = { $date }, ore { $hour }:{ $minute } UTC
# Tra la parte intera e i decimali, e tra i gruppi di tre cifre. {" "} è uno spazio.
decimal-separator = ,
group-separator = .
# { $amount } è un numero, { $currency } un codice come EUR.
money = { $amount }{"\u00A0"}{ $currency }
