#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "evaluate/comparison.hpp"
#include "flags.hpp"
#include "interrupt.hpp"
#include "mark.hpp"
#include "picture/image_file.hpp"
#include "report.hpp"
#include "say.hpp"
#include "verbs.hpp"

namespace pastiche::cli {
namespace {

using nlohmann::json;

Params sheet_rows() {
  Params rows = {
      {.name = "size",
       .label = N_("Size"),
       .help = N_("Longest side that pictures are shrunk to before they are repainted, in pixels; "
                  "0 leaves them as they are. Default 512."),
       .initial = 512,
       .min = 0,
       .max = 65536},
      {.name = "cell",
       .label = N_("Cell"),
       .help = N_("Longest side of a picture on the sheet, in pixels. Default 240."),
       .initial = ContactSheet::default_cell,
       .min = 60,
       .max = 4096},
  };
  for (const Param& row : measuring_params())
    if (row.name != std::string_view("encoder")) rows.push_back(row);
  return rows;
}

const Params& sheet_params() {
  static const Params rows = sheet_rows();
  return rows;
}

struct Call {
  explicit Call(CLI::App& verb) : how(verb, sheet_params()) {
    verb.add_option("--content", content, N_("The folder of pictures to repaint, or one picture."));
    verb.add_option("--style", style,
                    N_("The folder of pictures whose style to take, or one; methods that know "
                       "styles by name need none."));
    verb.add_option("--method", methods,
                    N_("NAME or NAME:setting=value,...: a filter, content, colour-transfer or wct; "
                       "several may follow."));
    verb.add_option("-o,--output", output, N_("The sheet, a picture file."));
    verb.add_flag("--json", as_json, json_help);
  }
  std::string content, style, output;
  std::vector<std::string> methods;
  bool as_json = false;
  RowFlags how;
};

/// One way to repaint.
struct Column {
  std::string head;
  const Method* method;
  Settings settings;
  const Shown* style;  ///< null where the method knows it by name, or needs none
};

struct Sheet {
  std::vector<Method> methods;
  std::vector<Shown> styles;
  std::vector<Column> columns;
  std::vector<std::string> skipped;  ///< what went wrong, told already
  std::size_t rows = 0;
};

void skip(Sheet& sheet, const Error& error) {
  tell(error.what());
  sheet.skipped.emplace_back(error.what());
}

/// The styles that a method is shown in, by their heads: all its model has, each picture, or
/// itself.
std::vector<Column> columns_of(const Method& method, const std::vector<Shown>& styles) {
  std::vector<Column> columns;
  if (takes_style_by_name(method) && method.settings.text("style").empty()) {
    for (const OfferedStyle& style : styles_of(method)) {
      columns.push_back({style.name, &method, method.settings, nullptr});
      columns.back().settings.set("style", style.name);
    }
  } else if (takes_style_picture(method)) {
    if (styles.empty())
      throw Error(Error::Kind::BadSetting,
                  say(_("{} needs pictures whose style to take; --style DIR says."), method.label));
    for (const Shown& style : styles)
      columns.push_back({name_of(style.file), &method, method.settings, &style});
  } else {
    columns.push_back({method.label, &method, method.settings, nullptr});
  }
  return columns;
}

Sheet sheet_of(const Call& call, const Settings& how) {
  if (call.content.empty())
    throw Error(Error::Kind::BadSetting, _("Which pictures to repaint? --content DIR says."));
  if (call.output.empty())
    throw Error(Error::Kind::BadSetting, _("Where shall the sheet go? -o FILE says."));
  check_output(call.output);
  Sheet sheet = {.methods = parse_methods(call.methods, how),
                 .styles = {},
                 .columns = {},
                 .skipped = {},
                 .rows = 0};
  for (const Method& method : sheet.methods) model_hashes(method, method.settings);
  if (!call.style.empty())
    for (const std::string& file : pictures_in(call.style)) try {
        sheet.styles.push_back(read_shown(file, how.whole("size")));
      } catch (const Error& e) {
        skip(sheet, e);
      }
  for (const Method& method : sheet.methods)
    for (Column& column : columns_of(method, sheet.styles)) {
      if (sheet.methods.size() > 1 && column.head != method.label)
        column.head = method.label + "\n" + column.head;
      sheet.columns.push_back(std::move(column));
    }
  return sheet;
}

/// Above all others where there are pictures of styles.
void add_styles(const Sheet& sheet, ContactSheet& drawn) {
  std::vector<ContactSheet::Cell> cells(1);
  for (const Column& column : sheet.columns)
    cells.push_back({column.style ? column.style->image : Image(), ""});
  if (!sheet.styles.empty()) drawn.add_row(std::move(cells));
}

void add_row(Sheet& sheet, const Shown& content, const Progress& progress, ContactSheet& drawn) {
  std::vector<ContactSheet::Cell> cells = {{content.image, name_of(content.file)}};
  for (const Column& column : sheet.columns) {
    const double before = double(cells.size() - 1);
    const auto share = [&](double done, std::string_view) {
      return progress((before + done) / double(sheet.columns.size()), column.head);
    };
    cells.emplace_back();
    try {
      const Image* style = column.style ? &column.style->image : nullptr;
      cells.back().picture =
          pastiche::run(*column.method->filter, pictures_for(*column.method, content.image, style),
                        column.settings, share)
              .image;
    } catch (const Error& e) {
      if (concerns_all(e.kind)) throw;
      skip(sheet, e);
    }
  }
  drawn.add_row(std::move(cells));
  ++sheet.rows;
}

/// Returns false when it was interrupted.
bool add_rows(Sheet& sheet, const std::vector<std::string>& contents, int size,
              ContactSheet& drawn) {
  ProgressBar bar("");
  const Progress progress = bar.progress();
  for (std::size_t i = 0; i < contents.size(); ++i) try {
      if (interrupted()) return false;
      add_row(
          sheet, read_shown(contents[i], size),
          [&](double done, std::string_view head) {
            return progress(
                (double(i) + done) / double(contents.size()),
                say(_("{} of {}: {}, {}"), i + 1, contents.size(), name_of(contents[i]), head));
          },
          drawn);
    } catch (const Cancelled&) {
      return false;
    } catch (const Error& e) {
      if (concerns_all(e.kind)) throw;
      skip(sheet, e);
    }
  return true;
}

int make_sheet(const Call& call) {
  const Settings how = call.how.settings();
  Sheet sheet = sheet_of(call, how);
  const auto contents = pictures_in(call.content);
  std::vector<std::string> heads = {""};
  for (const Column& column : sheet.columns) heads.push_back(column.head);
  ContactSheet drawn(heads, how.whole("cell"));
  add_styles(sheet, drawn);
  const bool whole = add_rows(sheet, contents, how.whole("size"), drawn);
  if (sheet.rows > 0)
    write_picture(call.output, drawn.drawn(), Origin{}, {.quality = 90}, "", false);
  if (!whole)
    throw Cancelled(say(_("Interrupted after {} of {} pictures."), sheet.rows, contents.size()));
  if (sheet.rows == 0)
    throw Error(Error::Kind::BadImage, _("There is no sheet: every picture was skipped."));
  if (call.as_json)
    print(json{{"output", call.output},
               {"rows", sheet.rows},
               {"columns", heads},
               {"skipped", sheet.skipped},
               {"status", 0}}
              .dump(2, ' ', false, json::error_handler_t::replace));
  else
    print(say(_("{}: {} pictures, {} columns; {} skipped."), call.output, sheet.rows,
              sheet.columns.size(), sheet.skipped.size()));
  return 0;
}

}  // namespace

void add_sheet_verb(Verbs& verbs) {
  CLI::App& verb =
      verbs.add("sheet", N_("Shows pictures in many styles on one sheet: all styles of a model, or "
                            "those of a folder of pictures."));
  const auto call = std::make_shared<Call>(verb);
  verbs.does(verb, [call] { return make_sheet(*call); });
}

}  // namespace pastiche::cli
