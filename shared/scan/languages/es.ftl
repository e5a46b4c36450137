# Spanish (español)
# Reviewed by a native speaker: no
#
# Los textos de la página que se ve después de escanear un código: si es auténtico, qué contiene y qué hacer si no se
# puede abrir. Para cambiar un texto, cambie lo que sigue al signo igual. Lo que está entre llaves lo rellena el
# servicio y tiene que quedarse: { $time } es una fecha con hora, { $place } el nombre de un lugar, { $limit } un
# número. Un texto que depende de un número tiene una línea por cada forma del idioma: https://projectfluent.org lo
# explica.

## El código está bien

genuine-title = Este código es auténtico
genuine-lead = Lo selló este servicio y no se ha modificado desde entonces.
# Va delante de una lista de lo que contiene el código.
says = Contenido:
redeemable-lead = Lo selló este servicio y se puede canjear.
# El título después de que alguien ha canjeado un código, como una entrada: se ha contado.
redeemed-title = Canjeado
redeemed-lead = El servicio ha contado este uso del código.

## El código es auténtico, pero pasa algo

unchecked-title = Auténtico, pero sin comprobar
unchecked-lead = Lo selló este servicio, pero en este momento no se puede saber si ha sido anulado.
use-unchecked-title = Auténtico, pero sin comprobar su uso
use-unchecked-lead = Lo selló este servicio, pero en este momento no se puede saber si ya se ha usado.
used-title = Este código ya se ha usado
used-lead = Es auténtico, pero ya se ha canjeado tantas veces como está permitido.
used-do-not-accept = Es auténtico, pero ya se ha canjeado tantas veces como está permitido. No lo acepte de nuevo.
expired-title = Este código ha caducado
expired-lead = Es auténtico, pero caducó el { $time }.
not-yet-title = Este código todavía no es válido
not-yet-lead = Es auténtico, pero será válido a partir del { $time }.
revoked-title = Este código ha sido anulado
revoked-lead = Es auténtico, pero quien lo emitió lo anuló el { $time }. No lo acepte.

## El código no está bien, o no se sabe

damaged-title = Este código no se puede abrir
damaged-lead = El enlace está dañado, incompleto o no es de este servicio. No lo considere auténtico.
damaged-scan = Escanee el código de nuevo: plano, bien iluminado y completamente a la vista.
damaged-link = Si siguió un enlace, compruebe que esté completo.
ask = Pida uno nuevo a quien se lo dio.
unavailable-title = Este código no se puede comprobar ahora
unavailable-lead = El servicio no puede acceder en este momento a sus claves o a sus registros. Es posible que el código sea auténtico, así que consérvelo.
redemption-unknown-title = No se sabe si este código se ha canjeado
redemption-unknown-lead = El servicio no puede acceder en este momento a sus registros. Vuelva atrás y pulse el botón otra vez: no se cuenta dos veces.
other-title = Esto no se puede hacer
try-again = Reintentar

## Hasta cuándo y cuántas veces vale

valid-until = Válido hasta el { $time }.
good-for =
    { $limit ->
        [one] Válido para un uso.
       *[other] Válido para { $limit } usos.
    }
not-redeemed-yet = Todavía no se ha canjeado.
redeemed-times =
    { $used ->
        [one] Canjeado una vez, el { $time }.
       *[other] Canjeado { $used } veces, la última el { $time }.
    }
# Lo mismo, y dónde fue.
redeemed-times-at =
    { $used ->
        [one] Canjeado una vez, el { $time }, { $place }.
       *[other] Canjeado { $used } veces, la última el { $time }, { $place }.
    }
# Después de que alguien ha canjeado un código: el segundo uso de tres, por ejemplo.
this-use = Este fue el uso { $use } de { $limit }, el { $time }.
this-use-at = Este fue el uso { $use } de { $limit }, el { $time }, { $place }.
last-redeemed = Canjeado por última vez el { $time }.
last-redeemed-at = Canjeado por última vez el { $time }, { $place }.

## Canje

only-staff = Solo el personal del servicio puede canjearlo. Abrir esta página no lo canjea.
revealed-on-redeem = Solo quien canjea el código ve lo que contiene.
# La etiqueta de un campo para el nombre de un lugar, como un acceso.
place = Dónde (opcional)
redeem = Canjear ahora
redeem-note-only = Esto cuenta su único uso y queda registrado. Abrir esta página no cuenta.
redeem-note = Esto cuenta uno de sus usos y queda registrado. Abrir esta página no cuenta.

## El pie de la página

copies = Quien tenga este código o su enlace puede leer esto. Una copia del código funciona igual de bien.
counts-not-copies = Quien tenga este código o su enlace ve esta página. Lo que vale es lo que ha contado el servicio, no la copia.
# { $address } es el comienzo de una dirección web, como https://qr.example.org
address = La dirección de arriba debe empezar por { $address }
# Cómo se llama este código: { $name } es algo como 7Q4M-K2XA-9PTD-3HBE
code-name = Código { $name }
# Lo que hay que decir a quien ayuda: { $reference } es algo como expired, 410
reference = Referencia: { $reference }
# Los textos de los enlaces.
help = Ayuda
privacy = Privacidad

## Lo que contiene el código, palabra por palabra

as-json = Como JSON
copy = Copiar como JSON
copied = Copiado
selected = Seleccionado: cópielo desde aquí
# En lugar de un valor, una lista, un nombre o un grupo vacíos.
empty = vacío
empty-list = lista vacía
no-name = sin nombre
no-members = sin elementos
# En lugar de un valor que falta a propósito.
nothing = ninguno
yes = sí
no = no

## Fechas, horas y números

# El nombre de un mes, en la forma que tiene en una fecha.
month =
    { $month ->
        [1] enero
        [2] febrero
        [3] marzo
        [4] abril
        [5] mayo
        [6] junio
        [7] julio
        [8] agosto
        [9] septiembre
        [10] octubre
        [11] noviembre
       *[12] diciembre
    }
# { $month } es el nombre de arriba, { $month-number } su número con dos cifras, { $day } no lleva cero delante.
date = { $day } de { $month } de { $year }
# { $hour } tiene 24 horas y, como { $minute }, dos cifras.
time = { $date }, { $hour }:{ $minute } UTC
# Entre enteros y decimales, y entre grupos de tres cifras. {" "} es un espacio.
decimal-separator = ,
group-separator = .
# { $amount } es un número, { $currency } un código como EUR.
money = { $amount }{"\u00A0"}{ $currency }
