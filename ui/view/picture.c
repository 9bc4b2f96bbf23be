#include "ui/view/picture.h"

#include "base/path.h"

int picture_save(struct console *console, const char *path, struct error *error)
{
	if (!console->host.save_picture)
		return error_set(error, "there is no screen to save");
	if (path_exists(path))
		return error_set(error, "%.200s is there already: choose another name", path);
	if (console->host.save_picture(console->host.user, path, error) < 0)
		return -1;
	console_say(console, "the screen is in %.150s", path);
	return 0;
}
