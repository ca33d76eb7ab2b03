// What a statically linked oneTBB calls in place of dlopen(3) (static_libraries.cmake): there is nothing to load, and a
// static program could not.
void* demarc_no_dlopen(const char* library, int flags);
void* demarc_no_dlopen(const char* library, int flags) {
  (void)library, (void)flags;
  return 0;
}
