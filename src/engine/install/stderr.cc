// Silences standard error while TensorFlow's libraries load: they write to it before any log level applies.
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

static int saved = -1;

static napi_value Silence(napi_env, napi_callback_info) {
  const int null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (saved < 0 && null_device >= 0) {
    saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (saved >= 0) dup2(null_device, STDERR_FILENO);
  }
  if (null_device >= 0) close(null_device);
  return nullptr;
}

static napi_value Restore(napi_env, napi_callback_info) {
  if (saved >= 0) {
    dup2(saved, STDERR_FILENO);
    close(saved);
    saved = -1;
  }
  return nullptr;
}

static void Export(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value) == napi_ok) {
    napi_set_named_property(env, exports, name, value);
  }
}

NAPI_MODULE_INIT() {
  Export(env, exports, "silence", Silence);
  Export(env, exports, "restore", Restore);
  return exports;
}
