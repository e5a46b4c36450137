# Indonesian (Bahasa Indonesia)
# Reviewed by a native speaker: no
#
# Teks halaman yang dilihat orang setelah memindai kode: apakah kode itu asli, apa isinya, dan apa yang harus dilakukan
# jika tidak dapat dibuka. Untuk mengubah teks, ubah bagian setelah tanda sama dengan. Bagian dalam kurung kurawal diisi
# oleh layanan dan harus tetap ada: { $time } adalah tanggal dan waktu, { $place } nama tempat, { $limit } angka. Teks
# yang bergantung pada angka memiliki satu baris untuk setiap bentuk dalam bahasa itu: https://projectfluent.org
# menjelaskannya.

## Kodenya baik

genuine-title = Kode ini asli
genuine-lead = Kode ini disegel oleh layanan ini dan tidak diubah sejak itu.
# Muncul sebelum daftar isi kode.
says = Isinya:
redeemable-lead = Kode ini disegel oleh layanan ini dan dapat digunakan.
# Judul setelah penggunaan kode, misalnya tiket, dicatat: penggunaannya sudah dihitung.
redeemed-title = Penggunaan dicatat
redeemed-lead = Layanan telah menghitung penggunaan kode ini.

## Kodenya asli, tetapi ada masalah

unchecked-title = Asli, tetapi belum diperiksa
unchecked-lead = Kode ini disegel oleh layanan ini, tetapi saat ini tidak dapat diketahui apakah sudah dibatalkan.
use-unchecked-title = Asli, tetapi penggunaannya belum diperiksa
use-unchecked-lead = Kode ini disegel oleh layanan ini, tetapi saat ini tidak dapat diketahui apakah sudah pernah digunakan.
used-title = Kode ini sudah digunakan
used-lead = Kode ini asli, tetapi sudah digunakan sebanyak yang diizinkan.
used-do-not-accept = Kode ini asli, tetapi sudah digunakan sebanyak yang diizinkan. Jangan diterima lagi.
expired-title = Kode ini sudah kedaluwarsa
expired-lead = Kode ini asli, tetapi kedaluwarsa pada { $time }.
not-yet-title = Kode ini belum berlaku
not-yet-lead = Kode ini asli, tetapi baru berlaku mulai { $time }.
revoked-title = Kode ini sudah dibatalkan
revoked-lead = Kode ini asli, tetapi dibatalkan oleh penerbitnya pada { $time }. Jangan diterima.

## Kodenya tidak baik, atau tidak diketahui

damaged-title = Kode ini tidak dapat dibuka
damaged-lead = Tautannya rusak, tidak lengkap, atau bukan dari layanan ini. Jangan dianggap asli.
damaged-scan = Pindai kode sekali lagi: pastikan rata, cukup terang, dan terlihat seluruhnya.
damaged-link = Jika Anda membuka tautan, pastikan tautannya lengkap.
ask = Mintalah kode baru kepada pihak yang memberikannya.
unavailable-title = Kode ini tidak dapat diperiksa sekarang
unavailable-lead = Layanan saat ini tidak dapat mengakses kunci atau catatannya. Kode ini mungkin saja asli, jadi simpanlah.
redemption-unknown-title = Tidak diketahui apakah penggunaan kode ini sudah dicatat
redemption-unknown-lead = Layanan saat ini tidak dapat mengakses catatannya. Kembali dan tekan tombolnya sekali lagi: tidak akan dihitung dua kali.
other-title = Ini tidak dapat dilakukan
try-again = Coba lagi

## Sampai kapan dan berapa kali berlaku

valid-until = Berlaku sampai { $time }.
good-for = Berlaku untuk { $limit } kali penggunaan.
not-redeemed-yet = Belum digunakan.
redeemed-times = Sudah digunakan { $used } kali, terakhir pada { $time }.
# Sama, dengan tempatnya.
redeemed-times-at = Sudah digunakan { $used } kali, terakhir pada { $time }, { $place }.
# Setelah penggunaan kode dicatat: misalnya penggunaan kedua dari tiga.
this-use = Ini penggunaan ke-{ $use } dari { $limit }, pada { $time }.
this-use-at = Ini penggunaan ke-{ $use } dari { $limit }, pada { $time }, { $place }.
last-redeemed = Terakhir digunakan pada { $time }.
last-redeemed-at = Terakhir digunakan pada { $time }, { $place }.

## Mencatat penggunaan

only-staff = Hanya petugas layanan yang dapat mencatat penggunaannya. Membuka halaman ini tidak mencatat penggunaan.
revealed-on-redeem = Isi kode hanya terlihat oleh orang yang mencatat penggunaannya.
# Label kolom untuk nama tempat, misalnya pintu masuk.
place = Tempat (opsional)
redeem = Catat penggunaan sekarang
redeem-note-only = Ini dihitung sebagai satu-satunya penggunaan dan disimpan. Membuka halaman ini tidak dihitung.
redeem-note = Ini dihitung sebagai salah satu penggunaan dan disimpan. Membuka halaman ini tidak dihitung.

## Bagian bawah halaman

copies = Siapa pun yang memiliki kode ini atau tautannya dapat membaca ini. Salinan kode berfungsi sama baiknya.
counts-not-copies = Siapa pun yang memiliki kode ini atau tautannya dapat melihat halaman ini. Yang berlaku adalah hitungan layanan, bukan salinannya.
# { $address } adalah awal alamat web, seperti https://qr.example.org
address = Alamat di atas harus diawali dengan { $address }
# Nama kode ini: { $name } seperti 7Q4M-K2XA-9PTD-3HBE
code-name = Kode { $name }
# Yang perlu disampaikan kepada orang yang membantu: { $reference } seperti expired, 410
reference = Referensi: { $reference }
# Teks tautan.
help = Bantuan
privacy = Privasi

## Isi kode, kata demi kata

as-json = Sebagai JSON
copy = Salin sebagai JSON
copied = Disalin
selected = Dipilih: salin dari sini
# Sebagai ganti nilai, daftar, nama, atau kelompok yang kosong.
empty = kosong
empty-list = daftar kosong
no-name = tanpa nama
no-members = tanpa anggota
# Sebagai ganti nilai yang sengaja tidak ada.
nothing = tidak ada
yes = ya
no = tidak

## Tanggal, waktu, dan angka

# Nama bulan, dalam bentuk yang dipakai pada tanggal.
month =
    { $month ->
        [1] Januari
        [2] Februari
        [3] Maret
        [4] April
        [5] Mei
        [6] Juni
        [7] Juli
        [8] Agustus
        [9] September
        [10] Oktober
        [11] November
       *[12] Desember
    }
# { $month } adalah nama di atas, { $month-number } nomornya dengan dua angka, { $day } tidak diawali nol.
date = { $day } { $month } { $year }
# { $hour } memakai 24 jam dan, seperti { $minute }, dua angka.
time = { $date } pukul { $hour }:{ $minute } UTC
# Antara bilangan bulat dan desimal, dan antara kelompok tiga angka. {" "} adalah spasi.
decimal-separator = ,
group-separator = .
# { $amount } adalah angka, { $currency } kode seperti EUR.
money = { $currency }{"\u00A0"}{ $amount }
