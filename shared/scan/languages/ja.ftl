# Japanese (日本語)
# Reviewed by a native speaker: no
#
# コードを読み取った後に表示されるページの文章です。コードが本物かどうか、何が書かれているか、開けない場合にどうすればよいかを伝えます。
# 文章を変えるには、等号の後を書き換えてください。波かっこの中はサービスが埋めるので、そのまま残してください。
# { $time } は日時、{ $place } は場所の名前、{ $limit } は数です。
# 数によって変わる文章には、その言語の形ごとに 1 行あります。説明は https://projectfluent.org にあります。

## コードに問題がないとき

genuine-title = このコードは本物です
genuine-lead = このサービスが封印したもので、その後変更されていません。
# コードの内容の一覧の前に置かれます。
says = 内容：
redeemable-lead = このサービスが封印したもので、使用できます。
# チケットなどのコードを誰かが使用済みにした後の見出しです。使用が記録されています。
redeemed-title = 使用済みにしました
redeemed-lead = サービスがこのコードの今回の使用を記録しました。

## コードは本物だが、何か問題があるとき

unchecked-title = 本物ですが、確認できていません
unchecked-lead = このサービスが封印したものですが、取り消されていないかどうかを現在確認できません。
use-unchecked-title = 本物ですが、使用状況を確認できていません
use-unchecked-lead = このサービスが封印したものですが、すでに使用されたかどうかを現在確認できません。
used-title = このコードは使用済みです
used-lead = 本物ですが、使用できる回数の上限まで使用されています。
used-do-not-accept = 本物ですが、使用できる回数の上限まで使用されています。もう受け付けないでください。
expired-title = このコードは有効期限が切れています
expired-lead = 本物ですが、{ $time }に有効期限が切れました。
not-yet-title = このコードはまだ有効ではありません
not-yet-lead = 本物ですが、有効になるのは{ $time }からです。
revoked-title = このコードは取り消されています
revoked-lead = 本物ですが、{ $time }に発行元が取り消しました。受け付けないでください。

## コードに問題があるとき、または分からないとき

damaged-title = このコードは開けません
damaged-lead = リンクが壊れているか、途中で切れているか、このサービスのものではありません。本物として扱わないでください。
damaged-scan = コードをもう一度読み取ってください。平らにして、明るい場所で、全体が写るようにしてください。
damaged-link = リンクを開いた場合は、リンクが途中で切れていないか確認してください。
ask = コードの提供元に、新しいコードを依頼してください。
unavailable-title = このコードは現在確認できません
unavailable-lead = サービスが現在、鍵または記録にアクセスできません。コードは本物の可能性がありますので、そのまま保管してください。
redemption-unknown-title = このコードを使用済みにできたかどうか分かりません
redemption-unknown-lead = サービスが現在、記録にアクセスできません。前の画面に戻り、ボタンをもう一度押してください。二重に数えられることはありません。
other-title = この操作はできません
try-again = もう一度試す

## いつまで、何回使えるか

valid-until = { $time }まで有効です。
good-for = { $limit } 回使用できます。
not-redeemed-yet = まだ使用されていません。
redeemed-times = { $used } 回使用されました。最後の使用：{ $time }。
# 同じ内容に、場所を加えたもの。
redeemed-times-at = { $used } 回使用されました。最後の使用：{ $time }、{ $place }。
# 誰かがコードを使用済みにした後：例えば 3 回のうちの 2 回目。
this-use = { $limit } 回中 { $use } 回目の使用です（{ $time }）。
this-use-at = { $limit } 回中 { $use } 回目の使用です（{ $time }、{ $place }）。
last-redeemed = 最後の使用：{ $time }。
last-redeemed-at = 最後の使用：{ $time }、{ $place }。

## 使用済みにする

only-staff = 使用済みにできるのは、サービスの係員だけです。このページを開いても使用済みにはなりません。
revealed-on-redeem = コードの内容は、使用済みにする人だけに表示されます。
# 入口など、場所の名前を入力する欄のラベルです。
place = 場所（任意）
redeem = 使用済みにする
redeem-note-only = 1 回限りの使用として数えられ、記録が残ります。このページを開くだけでは数えられません。
redeem-note = 1 回分の使用として数えられ、記録が残ります。このページを開くだけでは数えられません。

## ページの下部

copies = このコードまたはそのリンクを持つ人は、誰でもこの内容を読めます。コードのコピーも同じように機能します。
counts-not-copies = このコードまたはそのリンクを持つ人は、誰でもこのページを見られます。使用回数はコピーごとではなく、サービスの記録で決まります。
# { $address } は https://qr.example.org のようなウェブアドレスの先頭部分です。
address = 上のアドレスの先頭は次のとおりでなければなりません：{ $address }
# このコードの呼び名：{ $name } は 7Q4M-K2XA-9PTD-3HBE のようなものです。
code-name = コード { $name }
# 問い合わせ先に伝えるもの：{ $reference } は expired, 410 のようなものです。
reference = 参照情報：{ $reference }
# リンクの文字です。
help = ヘルプ
privacy = プライバシー

## コードの内容（原文のまま）

as-json = JSON で表示
copy = JSON でコピー
copied = コピーしました
selected = 選択しました。ここからコピーしてください
# 空の値、リスト、名前、グループの代わりに表示されます。
empty = 空
empty-list = 空のリスト
no-name = 名前なし
no-members = 項目なし
# 意図的に省かれた値の代わりに表示されます。
nothing = なし
yes = はい
no = いいえ

## 日付、時刻、数

# 日付の中で使う月の名前です。
month =
    { $month ->
        [1] 1月
        [2] 2月
        [3] 3月
        [4] 4月
        [5] 5月
        [6] 6月
        [7] 7月
        [8] 8月
        [9] 9月
        [10] 10月
        [11] 11月
       *[12] 12月
    }
# { $month } は上の名前、{ $month-number } は月の 2 桁の数字、{ $day } は先頭に 0 が付きません。
date = { $year }年{ $month }{ $day }日
# { $hour } は 24 時間制で、{ $minute } と同じく 2 桁です。
time = { $date } { $hour }:{ $minute } UTC
# 整数と小数の間、3 桁ごとの区切り。{" "} は空白です。
decimal-separator = .
group-separator = ,
# { $amount } は数、{ $currency } は EUR のような通貨コードです。
money = { $currency }{"\u00A0"}{ $amount }
