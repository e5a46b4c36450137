# Vietnamese (Tiếng Việt)
# Reviewed by a native speaker: no
#
# Nội dung của trang hiện ra sau khi quét mã: mã có thật không, mã ghi gì và phải làm gì nếu không mở được. Để sửa một
# câu, hãy sửa phần sau dấu bằng. Phần trong dấu ngoặc nhọn do dịch vụ điền vào và phải giữ nguyên: { $time } là ngày
# giờ, { $place } là tên địa điểm, { $limit } là một con số. Câu phụ thuộc vào con số có một dòng cho mỗi dạng của ngôn
# ngữ: xem giải thích tại https://projectfluent.org.

## Mã hợp lệ

genuine-title = Mã này là thật
genuine-lead = Mã do dịch vụ này niêm phong và từ đó không bị thay đổi.
# Đứng trước danh sách nội dung của mã.
says = Nội dung:
redeemable-lead = Mã do dịch vụ này niêm phong và có thể sử dụng.
# Tiêu đề sau khi ghi nhận một lần sử dụng mã, chẳng hạn vé: lần đó đã được tính.
redeemed-title = Đã ghi nhận sử dụng
redeemed-lead = Dịch vụ đã tính lần sử dụng này của mã.

## Mã là thật, nhưng có vấn đề

unchecked-title = Mã thật, nhưng chưa được kiểm tra
unchecked-lead = Mã do dịch vụ này niêm phong, nhưng hiện không thể biết mã đã bị thu hồi hay chưa.
use-unchecked-title = Mã thật, nhưng chưa kiểm tra việc sử dụng
use-unchecked-lead = Mã do dịch vụ này niêm phong, nhưng hiện không thể biết mã đã được sử dụng trước đây hay chưa.
used-title = Mã này đã được sử dụng
used-lead = Mã là thật, nhưng đã được sử dụng hết số lần cho phép.
used-do-not-accept = Mã là thật, nhưng đã được sử dụng hết số lần cho phép. Không chấp nhận lại mã này.
expired-title = Mã này đã hết hạn
expired-lead = Mã là thật, nhưng đã hết hạn vào ngày { $time }.
not-yet-title = Mã này chưa có hiệu lực
not-yet-lead = Mã là thật, nhưng chỉ có hiệu lực từ ngày { $time }.
revoked-title = Mã này đã bị thu hồi
revoked-lead = Mã là thật, nhưng nơi phát hành đã thu hồi vào ngày { $time }. Không chấp nhận mã này.

## Mã không hợp lệ, hoặc không rõ

damaged-title = Không mở được mã này
damaged-lead = Liên kết bị hỏng, không đầy đủ hoặc không phải của dịch vụ này. Đừng coi là thật.
damaged-scan = Hãy quét lại mã: để mã phẳng, đủ sáng và nằm trọn trong khung hình.
damaged-link = Nếu bạn mở từ một liên kết, hãy kiểm tra xem liên kết có đầy đủ không.
ask = Hãy xin mã mới từ nơi đã đưa mã này.
unavailable-title = Hiện không thể kiểm tra mã này
unavailable-lead = Dịch vụ hiện không truy cập được khóa hoặc dữ liệu của mình. Mã vẫn có thể là thật, vì vậy hãy giữ lại.
redemption-unknown-title = Không rõ đã ghi nhận sử dụng mã này hay chưa
redemption-unknown-lead = Dịch vụ hiện không truy cập được dữ liệu của mình. Hãy quay lại và nhấn nút một lần nữa: sẽ không bị tính hai lần.
other-title = Không thể thực hiện việc này
try-again = Thử lại

## Có hiệu lực đến khi nào và bao nhiêu lần

valid-until = Có hiệu lực đến ngày { $time }.
good-for = Dùng được { $limit } lần.
not-redeemed-yet = Chưa được sử dụng.
redeemed-times = Đã sử dụng { $used } lần, lần cuối vào ngày { $time }.
# Như trên, kèm địa điểm.
redeemed-times-at = Đã sử dụng { $used } lần, lần cuối vào ngày { $time }, { $place }.
# Sau khi ghi nhận một lần sử dụng mã: ví dụ lần thứ hai trong ba lần.
this-use = Đây là lần sử dụng { $use } trên { $limit }, vào ngày { $time }.
this-use-at = Đây là lần sử dụng { $use } trên { $limit }, vào ngày { $time }, { $place }.
last-redeemed = Lần sử dụng cuối: ngày { $time }.
last-redeemed-at = Lần sử dụng cuối: ngày { $time }, { $place }.

## Ghi nhận sử dụng

only-staff = Chỉ nhân viên của dịch vụ mới có thể ghi nhận sử dụng. Mở trang này không tính là sử dụng.
revealed-on-redeem = Chỉ người ghi nhận sử dụng mới thấy nội dung của mã.
# Nhãn của ô nhập tên địa điểm, chẳng hạn cổng vào.
place = Địa điểm (không bắt buộc)
redeem = Ghi nhận sử dụng ngay
redeem-note-only = Thao tác này tính lần sử dụng duy nhất của mã và được lưu lại. Mở trang này không bị tính.
redeem-note = Thao tác này tính một lần sử dụng của mã và được lưu lại. Mở trang này không bị tính.

## Cuối trang

copies = Bất kỳ ai có mã này hoặc liên kết của mã đều đọc được nội dung này. Bản sao của mã cũng có tác dụng như vậy.
counts-not-copies = Bất kỳ ai có mã này hoặc liên kết của mã đều thấy trang này. Số lần do dịch vụ tính mới có giá trị, không phải bản sao.
# { $address } là phần đầu của một địa chỉ web, chẳng hạn https://qr.example.org
address = Địa chỉ ở trên phải bắt đầu bằng { $address }
# Tên gọi của mã này: { $name } có dạng như 7Q4M-K2XA-9PTD-3HBE
code-name = Mã { $name }
# Thông tin cần báo cho người hỗ trợ: { $reference } có dạng như expired, 410
reference = Tham chiếu: { $reference }
# Nội dung của các liên kết.
help = Trợ giúp
privacy = Quyền riêng tư

## Nội dung của mã, nguyên văn

as-json = Dạng JSON
copy = Sao chép dạng JSON
copied = Đã sao chép
selected = Đã chọn: hãy sao chép từ đây
# Thay cho giá trị, danh sách, tên hoặc nhóm trống.
empty = trống
empty-list = danh sách trống
no-name = không có tên
no-members = không có mục nào
# Thay cho giá trị cố ý để trống.
nothing = không có
yes = có
no = không

## Ngày, giờ và số

# Tên tháng, ở dạng dùng trong ngày tháng.
month =
    { $month ->
        [1] tháng 1
        [2] tháng 2
        [3] tháng 3
        [4] tháng 4
        [5] tháng 5
        [6] tháng 6
        [7] tháng 7
        [8] tháng 8
        [9] tháng 9
        [10] tháng 10
        [11] tháng 11
       *[12] tháng 12
    }
# { $month } là tên ở trên, { $month-number } là số của tháng gồm hai chữ số, { $day } không có số 0 đứng trước.
date = { $day } { $month }, { $year }
# { $hour } theo 24 giờ và, giống như { $minute }, có hai chữ số.
time = { $date }, { $hour }:{ $minute } UTC
# Giữa phần nguyên và phần thập phân, và giữa các nhóm ba chữ số. {" "} là dấu cách.
decimal-separator = ,
group-separator = .
# { $amount } là một con số, { $currency } là mã tiền tệ như EUR.
money = { $amount }{"\u00A0"}{ $currency }
