/* Writes a PNG for each line of standard input, a caption and a link, by libqrencode and libpng: 8 pixels per module,
 * 1 bit per pixel, as the program qrencode does, but in one process. The most memory that it had (VmHWM, in KiB) is on
 * standard error.
 *
 *     libqrencode-pictures FOLDER < LINES
 */
#include <png.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCALE = 8, QUIET_ZONE = 4, LONGEST_LINE = 4096 };

static void check(int is_fine, const char *what) {
    if (!is_fine) {
        fprintf(stderr, "%s\n", what);
        exit(1);
    }
}

static void write_picture(const QRcode *code, const char *path) {
    FILE *file = fopen(path, "wb");
    check(file != NULL, path);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop information = png_create_info_struct(png);
    int side = code->width + 2 * QUIET_ZONE; /* at 8 pixels per module, bytes of a row, too */
    png_init_io(png, file);
    png_set_IHDR(png, information, side * SCALE, side * SCALE, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, information);
    unsigned char row[(177 + 2 * QUIET_ZONE) * SCALE / 8];
    for (int y = -QUIET_ZONE; y < code->width + QUIET_ZONE; y++) {
        memset(row, 0xff, sizeof row);
        for (int x = 0; x < code->width && y >= 0 && y < code->width; x++) {
            row[x + QUIET_ZONE] = code->data[y * code->width + x] & 1 ? 0 : 0xff;
        }
        for (int line = 0; line < SCALE; line++) {
            png_write_row(png, row);
        }
    }
    png_write_end(png, information);
    png_destroy_write_struct(&png, &information);
    check(fclose(file) == 0, path);
}

static void print_peak_memory(void) {
    char line[LONGEST_LINE];
    long kibibytes;
    FILE *status = fopen("/proc/self/status", "r");
    check(status != NULL, "This is not Linux");
    while (fgets(line, sizeof line, status) != NULL) {
        if (sscanf(line, "VmHWM: %ld kB", &kibibytes) == 1) {
            fprintf(stderr, "%ld\n", kibibytes);
        }
    }
    fclose(status);
}

int main(int count, char **arguments) {
    char line[LONGEST_LINE], path[LONGEST_LINE];
    check(count == 2, "usage: libqrencode-pictures FOLDER < LINES");
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *caption = strtok(line, " "), *link = strtok(NULL, "\n");
        check(caption != NULL && link != NULL, "a caption and a link");
        QRcode *code = QRcode_encodeString(link, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
        check(code != NULL, "The link does not fit");
        snprintf(path, sizeof path, "%s/%s.png", arguments[1], caption);
        write_picture(code, path);
        QRcode_free(code);
    }
    print_peak_memory();
    return 0;
}
