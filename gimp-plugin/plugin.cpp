#include <libgimp/gimp.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "call.hpp"
#include "create.hpp"
#include "learn_procedure.hpp"
#include "procedure.hpp"

extern "C" GType pastiche_plugin_get_type(void);

struct PastichePlugin {
  GimpPlugIn parent;
};
struct PastichePluginClass {
  GimpPlugInClass parent;
};
G_DEFINE_TYPE(PastichePlugin, pastiche_plugin, GIMP_TYPE_PLUG_IN)

static GList* query_procedures(GimpPlugIn*) {
  GList* names = nullptr;
  for (const auto& filter : pastiche::filters()) {
    names = g_list_append(names, g_strdup(pdb_name(filter).c_str()));
    if (makes_pictures(filter))
      names = g_list_append(names, g_strdup(image_pdb_name(filter).c_str()));
  }
  for (const Subject& subject : subjects())
    names = g_list_append(names, g_strdup(subject.procedure));
  return names;
}

static GimpProcedure* create_procedure(GimpPlugIn* plug_in, const gchar* name) {
  for (const auto& filter : pastiche::filters()) {
    const bool makes = makes_pictures(filter);
    if (pdb_name(filter) == name)
      return make_procedure(plug_in, filter, makes ? create_layers : call_filter);
    if (makes && image_pdb_name(filter) == name)
      return make_image_procedure(plug_in, filter, create_image);
  }
  for (const Subject& subject : subjects())
    if (std::string_view(name) == subject.procedure) return make_learn_procedure(plug_in, subject);
  return nullptr;
}

/// Texts in locale/ of the plug-in's folder, whose name is not the domain's.
static gboolean set_i18n(GimpPlugIn*, const gchar*, gchar** domain, gchar** folder) {
  *domain = g_strdup(GETTEXT_PACKAGE);
  *folder = nullptr;
  return TRUE;
}

static void pastiche_plugin_class_init(PastichePluginClass* klass) {
  auto* plug_in = GIMP_PLUG_IN_CLASS(klass);
  plug_in->query_procedures = query_procedures;
  plug_in->create_procedure = create_procedure;
  plug_in->set_i18n = set_i18n;
}

static void pastiche_plugin_init(PastichePlugin*) {}

int main(int count, char** words) {
  // The plug-in has buffers, and none of GEGL's operations, whose modules take a tenth of a second
  // to load: they are looked for where there are none.
  g_setenv("GEGL_PATH", "/nonexistent", TRUE);
  // Nor do OpenBLAS's own threads help beside LibTorch's: they would wait for work in a loop.
  g_setenv("OPENBLAS_NUM_THREADS", "1", TRUE);
  // UCX, which Debian's LibTorch brings along for clusters, would try its hooks of the heap's end as
  // it is loaded, and moves that under the feet of a thread that allocates (see open_early()).
  g_setenv("UCX_MEM_EVENTS", "n", TRUE);
  const int status = gimp_main(pastiche_plugin_get_type(), count, words);
  // GIMP waits for our end before it goes on, and has its answer; LibTorch's and OpenBLAS's
  // destructors, which have nothing to save, would take a third of a second.
  std::fflush(nullptr);
  _exit(status);
}
