// The script of every page.
import "./shell/css/tokens.css";
import "./shell/css/base.css";
import "./shell/css/layout.css";
import "./shell/css/shell.css";
import { basicViews } from "basic-views";
import { startPage } from "./start-page.tsx";

void startPage(basicViews);
